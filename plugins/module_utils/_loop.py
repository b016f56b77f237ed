# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The one loop of our modules.

It alone knows check mode, diff, waiting, errors and results. A module may manage one resource, or with the option each
a set of them in one call.
"""

from __future__ import annotations

import time
import traceback
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, without_none
from ansible_collections.sdt.infra.plugins.module_utils._decide import Decision, decide, predicted, shown
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError, Unclear
from ansible_collections.sdt.infra.plugins.module_utils._hosts import HOSTS_OPTION, Unfinished, options_of_hosts
from ansible_collections.sdt.infra.plugins.module_utils._patience import Patience
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource
from ansible_collections.sdt.infra.plugins.module_utils._tags import difference

RUN_OPTIONS: dict[str, t.Any] = {
    "owner": {"type": "dict"},
    "adopt": {"type": "bool", "default": False},
    "lock": {
        "type": "dict",
        "options": {
            "table": {"type": "str", "required": True},
            "environment": {"type": "str", "required": True},
            "token": {"type": "str", "required": True, "no_log": False},
            "seconds": {"type": "int", "required": True},
        },
    },
}
TAG_OPTIONS: dict[str, t.Any] = {
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}
WAIT_OPTIONS: dict[str, t.Any] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
}
# Seconds before each look after a request whose answer was lost, a group of looks for each time that happens.
_LOOK_AGAIN = (0.5, 1.0, 2.0)
_LOOKS = 4


def run(
    resource_class: type[Resource],
    argument_spec: dict[str, t.Any],
    *,
    taggable: bool = True,
    waits: bool = False,
    wait_timeout: int = 600,
    needs: t.Sequence[str] = (),
    required_if: t.Sequence[t.Sequence[t.Any]] = (),
    required_together: t.Sequence[t.Sequence[str]] = (),
    required_by: dict[str, t.Any] | None = None,
    mutually_exclusive: t.Sequence[t.Sequence[str]] = (),
    supports_absent: bool = True,
) -> None:
    """Be the module: read the options, bring every resource to its state, exit with the result.

    argument_spec holds the options of one resource. None is marked required there, as it may stand in each or hosts:
    needs names those that every resource has to have. The loop asks for the identity option, or takes it from these.
    """
    one: dict[str, t.Any] = {**argument_spec, **CONNECTION_OPTIONS, **RUN_OPTIONS}
    if supports_absent:
        one["state"] = {"type": "str", "choices": ["present", "absent"], "default": "present"}
    if taggable:
        one.update(TAG_OPTIONS)
    if waits:
        one.update(WAIT_OPTIONS)
        one["wait_timeout"] = {"type": "int", "default": wait_timeout}
    module = AnsibleAWSModule(
        argument_spec={**one, "each": {"type": "dict"}, **HOSTS_OPTION},
        supports_check_mode=True,
        required_one_of=[(resource_class.identity, "each", "hosts")],
        mutually_exclusive=[(resource_class.identity, "each", "hosts")],
    )
    rules = {
        "required_if": list(required_if),
        "required_together": list(required_together),
        "required_by": required_by or {},
        "mutually_exclusive": list(mutually_exclusive),
    }
    aws = Aws(module)
    if module.params["lock"]:
        aws.lock(**module.params["lock"])
    try:
        resources = []
        for host, options in _members(
            module, resource_class, {**one, **{name: {**one[name], "required": True} for name in needs}}, rules
        ):
            resources.append(resource_class(aws, options))
            resources[-1].host = host
        _Run(module, resources).execute()
    except InfraError as error:
        module.fail_json(msg=str(error))
    except Exception as error:  # pylint: disable=broad-except
        # A defect of ours: one sentence for the user; the traceback is shown with -vvv only.
        name = module.params[resource_class.identity] or "of this call"
        module.fail_json(
            msg=f"Unexpected {type(error).__name__} while managing {resource_class.kind} {name}: {error}. "
            "Please report it with the output of -vvv.",
            exception=traceback.format_exc(),
        )


def _members(module: t.Any, resource_class: type[Resource], spec: dict, rules: dict) -> list[tuple[str, State]]:
    """The options of every resource, with its host in a call for several: what its host says over the module's own
    options, and over that its entry in each."""
    members: list[tuple[str, State]] = []
    errors: list[str] = []
    validator = ArgumentSpecValidator(spec, **rules)
    for host, said in options_of_hosts(module.params["hosts"]):
        own = {**{name: module.params[name] for name in spec}, **said}
        for name, entry in _entries(own.pop("each", module.params["each"]), own, resource_class.identity).items():
            if not isinstance(entry, dict):
                errors.append(f"{resource_class.kind} {name}: a map of options is expected, not {entry!r}.")
                continue
            merged = {**own, **entry, resource_class.identity: name}
            given = without_none(merged)  # the first validation filled in suboptions nobody gave
            checked = validator.validate(given)
            errors.extend(f"{resource_class.kind} {name}: {message}" for message in checked.error_messages)
            members.append((host, checked.validated_parameters))
            module.no_log_values.update(checked._no_log_values)  # each itself is no secret, what is in it may be one
    if errors:
        raise InfraError(" ".join(errors))
    return members


def _entries(each: dict[str, t.Any] | None, own: State, identity: str) -> dict[str, t.Any]:
    """The names of resources with what is said about each alone; a host may have none."""
    if each is not None:
        return {str(name): value or {} for name, value in each.items()}
    return {str(own[identity]): {}} if own.get(identity) is not None else {}


class _Run:
    """All resources of one module call, on their way to the desired state."""

    def __init__(self, module: t.Any, resources: list[Resource]):
        self.module = module
        self.check_mode = module.check_mode
        self.resources = resources
        for resource in resources:
            resource.peers = tuple(peer.name for peer in resources)
        self.actions: list[dict[str, t.Any]] = []
        self.diffs: list[dict[str, t.Any]] = []
        self.states: dict[str, State] = {}
        self.unfinished = Unfinished(resource.host for resource in resources)
        self.pending: list[str] = []

    def execute(self) -> None:
        done: list[tuple[Resource, State | None, Decision]] = []
        self._look_ahead(self.resources)
        for resource in self._in_order():
            try:
                current = resource.find()
                decision = decide(resource, current, self._state(resource))
                if decision.action == "delete":
                    resource.check_delete(current or {})
                if not self.check_mode:
                    self._apply_surely(resource, current, decision)
                done.append((resource, current, decision))
            except InfraError as error:
                self._failed(resource, "manage", error)
        done = [one for one in done if self._linked(*one)]
        for resource in self.resources[:1]:
            resource.aws.forget()  # once: what is read after all writes serves every resource of this call
        if not self.check_mode:
            self._look_ahead([resource for resource, _current, decision in done if decision.action != "keep"])
        for resource, current, decision in done:
            try:
                self._report(resource, current, decision, self._settled(resource, current, decision))
            except InfraError as error:
                self._failed(resource, "finish", error)
        self._exit()

    @staticmethod
    def _look_ahead(resources: list[Resource]) -> None:
        for resource in resources[:1]:
            resource.aws.look_ahead(lambda peer: peer.find(), resources)

    def _in_order(self) -> list[Resource]:
        """What was made last is removed first."""
        absent = [resource for resource in self.resources if self._state(resource) == "absent"]
        return [resource for resource in self.resources if resource not in absent] + absent[::-1]

    @staticmethod
    def _state(resource: Resource) -> str:
        return resource.options.get("state") or "present"

    def _apply_surely(self, resource: Resource, current: State | None, decision: Decision) -> None:
        """Apply a decision. Where nobody knows whether AWS has done a part of it, look, and go on from there."""
        for pause in _LOOK_AGAIN:
            try:
                self._apply(resource, current, decision)
                return
            except Unclear:
                current, decision = self._found_after(resource, pause)
        self._apply(resource, current, decision)

    def _found_after(self, resource: Resource, pause: float) -> tuple[State | None, Decision]:
        """What there is and what is left to do, looked at several times: what is new is shown late."""
        for _look in range(_LOOKS):
            time.sleep(pause)
            resource.aws.forget()
            current = resource.find()
            if current is not None and not resource.leaving(current):
                break
        return current, decide(resource, current, self._state(resource))

    @staticmethod
    def _apply(resource: Resource, current: State | None, decision: Decision) -> None:
        if decision.action == "create":
            if current is not None:
                _wait(resource, resource.gone, "to be deleted")
            resource.create(decision.desired)
        elif decision.action == "delete":
            resource.delete(current or {})
        elif decision.action == "replace":
            resource.replace(current or {}, decision.desired)
        elif decision.action == "update":
            _update(resource, current or {}, decision.changes)

    def _linked(self, resource: Resource, _current: State | None, decision: Decision) -> bool:
        """False when a resource that was made or changed could not be linked to the others."""
        if self.check_mode or decision.action not in ("create", "update", "replace"):
            return True
        try:
            self._link_surely(resource, decision.desired)
        except InfraError as error:
            self._failed(resource, "finish", error)
            return False
        return True

    @staticmethod
    def _link_surely(resource: Resource, desired: State) -> None:
        """Link it, and again where nobody knows whether AWS has done a part of it: link looks at what there is."""
        for pause in _LOOK_AGAIN:
            try:
                resource.link(desired)
                return
            except Unclear:
                time.sleep(pause)
                resource.aws.forget()
        resource.link(desired)

    def _settled(self, resource: Resource, current: State | None, decision: Decision) -> State:
        """The state to return: read again after a change, predicted in check mode."""
        if self.check_mode:
            return predicted(resource, current, decision)
        waits = resource.options.get("wait", False)
        if decision.action == "delete":
            if waits:
                _wait(resource, resource.gone, "to be deleted")
            return {}
        if decision.action == "keep":
            if current is None:
                return {}
            if self._state(resource) == "absent":
                if waits and not resource.gone(current):
                    _wait(resource, resource.gone, "to be deleted")
                return {}
            if waits and not resource.ready(current):
                return _wait(resource, lambda state: state is not None and resource.ready(state), "to be ready") or {}
            return current
        ready = resource.ready if waits else lambda state: True
        return _wait(resource, lambda state: state is not None and ready(state), "to be ready", appear=not waits) or {}

    def _report(self, resource: Resource, current: State | None, decision: Decision, state: State) -> None:
        if state:
            self.states[resource.name] = {name: value for name, value in state.items() if name not in resource.secret}
            self.pending.extend(resource.pending(state))
            for warning in resource.warnings(state):
                # not AnsibleAWSModule.warn, which puts warnings into the result a second time, and that is deprecated
                self.module._module.warn(warning)
        if decision.action == "keep":
            return
        fields, before, after = shown(resource, current, decision, state)
        title = f"{resource.kind} {resource.name}"
        action = {
            "action": decision.action,
            "kind": resource.key,
            "name": resource.name,
            "fields": fields,
            "effects": resource.effects(decision.action, decision.changes),
        }
        self.actions.append({**action, "host": resource.host} if resource.host else action)
        self.diffs.append({"before": before, "after": after, "before_header": title, "after_header": title})

    def _failed(self, resource: Resource, verb: str, error: InfraError) -> None:
        said = str(error)
        known = isinstance(error, AwsError) or resource.name not in said
        self.unfinished.add(
            resource.host, f"Could not {verb} {resource.kind} {resource.name}: {said}" if known else said
        )

    def _exit(self) -> None:
        result: dict[str, t.Any] = {"changed": bool(self.actions), "actions": self.actions, "resources": self.states}
        if len(self.resources) == 1 and self.module.params[self.resources[0].identity] is not None:
            result[self.resources[0].key] = self.states.get(self.resources[0].name, {})
        if self.check_mode:
            result["check_mode"] = True
        if self.pending:
            result["pending"] = self.pending
        if self.diffs:
            result["diff"] = self.diffs if len(self.diffs) > 1 else self.diffs[0]
        self.unfinished.end(self.module, result)


def _update(resource: Resource, current: State, changes: State) -> None:
    settings = {name: value for name, value in changes.items() if name != "tags"}
    if settings:
        resource.update(current, settings)
    if "tags" in changes:
        wanted, unwanted = difference(current.get("tags") or {}, changes["tags"])
        if wanted:
            resource.set_tags(current, wanted)
        if unwanted:
            resource.remove_tags(current, unwanted)


def _wait(
    resource: Resource, reached: t.Callable[[State | None], bool], what: str, appear: bool = False
) -> State | None:
    """Look again and again until reached."""
    timeout = 120 if appear else resource.options.get("wait_timeout") or 120  # a new id is known everywhere by then
    named = f"{resource.kind} {resource.name} {what}"
    patience = Patience(resource.aws, named, timeout, resource.poll_seconds)
    while not reached(state := resource.find()):
        progress = resource.progress(state)
        if not patience.lasts(progress):
            raise InfraError(
                f"Waited {int(patience.waited)} seconds for {named}; its last state was {progress.rstrip('.')}. "
                "AWS may still finish it: run again, or raise wait_timeout."
            )
    return state
