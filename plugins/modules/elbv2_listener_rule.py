#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_listener_rule
version_added: 0.1.0
short_description: Manage a rule of a listener of an Application Load Balancer
description:
  - Creates, changes and deletes a rule; also its priority is changed in place.
  - A rule is found by its C(Name) tag among all rules of the load balancer. So it can move to another listener, which is
    what happens when HTTPS is turned on; it is then made there before it is removed here.
  - See U(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The C(Name) tag of the rule, unique within the load balancer.
    type: str
  load_balancer:
    description: Name or ARN of the load balancer. Every resource needs it, of itself or beside O(each).
    type: str
  listener_ports:
    description:
      - Ports of the listeners the rule may belong to, most wanted first.
      - It belongs to the first that exists; V([443, 80]) is HTTPS where there is HTTPS.
      - Required when the rule is created.
    type: list
    elements: int
  priority:
    description:
      - Rules are tried from the lowest to the highest priority, 1 to 50000; each has its own.
      - Required when the rule is created.
    type: int
  conditions:
    description:
      - What a request must be like; all suboptions that are given must match, each by any of its values.
      - At most five values in all. Required when the rule is created.
    type: dict
    suboptions:
      path:
        description: Patterns of the path, such as C(/auth/*); case matters.
        type: list
        elements: str
      host:
        description: Patterns of the host name, such as C(*.example.org).
        type: list
        elements: str
      method:
        description: HTTP methods in capital letters.
        type: list
        elements: str
      source_ip:
        description: Networks the client may be in, such as C(192.0.2.0/24).
        type: list
        elements: str
      header:
        description: A map from the name of a header to a list of patterns of its value.
        type: dict
      query_string:
        description: Pairs of which one must be in the query.
        type: list
        elements: dict
        suboptions:
          key:
            description: Pattern of the key; left out, any key.
            type: str
          value:
            description: Pattern of the value.
            type: str
            required: true
  action:
    description:
      - What is done with a request that matches, exactly one of the suboptions.
      - Required when the rule is created.
extends_documentation_fragment:
  - sdt.infra.elbv2
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Send /auth to the authentication service
  sdt.infra.elbv2_listener_rule:
    name: auth-service
    load_balancer: sdt-prod
    listener_ports: [443, 80]
    priority: 10
    conditions:
      path: [/auth, /auth/*]
    action:
      forward:
        target_groups:
          - target_group: sdt-prod-auth-service-1a2b3c4d

- name: Remove the rule
  sdt.infra.elbv2_listener_rule:
    name: auth-service
    load_balancer: sdt-prod
    state: absent
"""

RETURN = r"""
listener_rule:
  description: The rule. Missing when O(each) is used; see RV(resources).
  returned: when a single rule is managed
  type: dict
  contains:
    arn:
      description: ARN of the rule.
      type: str
    name:
      description: The C(Name) tag.
      type: str
    listener:
      description: ARN of the listener it belongs to.
      type: str
    port:
      description: Port of the listener it belongs to.
      type: int
      sample: 443
    priority:
      description: Its priority.
      type: int
resources:
  description: Every managed resource by its name, with the keys of RV(listener_rule).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "listener_rule", "name": "auth-service", "fields": ["conditions", "priority"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._elbv2 import (
    ACTION,
    Elbv2Resource,
    read_action,
    resolved_action,
    steadily,
    tags_of,
    write_action,
)
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run

# suboption of conditions with a list of values -> field of AWS, and the structure its values stand in
_VALUES = {
    "path": ("path-pattern", "PathPatternConfig"),
    "host": ("host-header", "HostHeaderConfig"),
    "method": ("http-request-method", "HttpRequestMethodConfig"),
    "source_ip": ("source-ip", "SourceIpConfig"),
}


class ListenerRule(Elbv2Resource):
    kind = "listener rule"
    key = "listener_rule"
    serves = True
    fields = ("port", "priority", "conditions", "action")
    replace_on = frozenset({"port"})
    exact = frozenset({"conditions"})
    computed = ("arn",)

    def find(self) -> State | None:
        return steadily(self.aws, self._find)

    def _find(self) -> State | None:
        ports = self._listeners()
        rules = self._rules(ports.values())
        tags = tags_of(self.aws, rules)
        wanted = self._port(ports)
        named = [arn for arn in rules if tags.get(arn, {}).get("Name") == self.name]
        if not named and self.options.get("owner"):
            # A rule has no name but ours; without, what stands in its place is what may be taken over.
            place = (ports.get(wanted or 0), str(self.options.get("priority")))
            at_place = [arn for arn, rule in rules.items() if (rule["ListenerArn"], rule["Priority"]) == place]
            named = [arn for arn in at_place if "Name" not in tags.get(arn, {})]
        found = [self._state(rules[arn], tags[arn], ports) for arn in named]
        # After a move that was interrupted there are two: the one that has yet to go comes first.
        found.sort(key=lambda one: one["port"] == wanted)
        return found[0] if found else None

    def desired(self) -> State:
        desired = super().desired()
        if self.options.get("tags") is not None:
            self.options["tags"] = {**self.options["tags"], "Name": self.name}
        if self.options.get("listener_ports"):
            desired["port"] = self._port(self._listeners())
        if "conditions" in desired:
            desired["conditions"] = _normal_conditions(desired["conditions"])
        if "action" in desired:
            desired["action"] = resolved_action(self.aws, desired["action"])
        return desired

    def adjust(self, current: State, desired: State) -> State:
        """Weights that somebody else changes, such as ECS during a deployment, are left as they are."""
        forward = desired.get("action", {}).get("forward")
        now = (current["action"].get("forward") or {}).get("target_groups") or []
        if not forward or not now:
            return desired
        weights = {one["target_group"]: one["weight"] for one in now}
        if self.options["action"]["forward"]["keep_weights"]:
            groups = [
                {**one, "weight": weights.get(one["target_group"], one["weight"])} for one in forward["target_groups"]
            ]
            return {**desired, "action": {"forward": {**forward, "target_groups": ordered(groups)}}}
        self._check_requests_stay(weights, [one["target_group"] for one in forward["target_groups"]])
        return desired

    def _check_requests_stay(self, weights: dict[str, int], groups: list[str]) -> None:
        """A group that gets no requests now must not get all of them: there may be no task in it."""
        if set(groups) <= set(weights) and not any(weights[group] for group in groups):
            served = ", ".join(arn.split("/")[1] for arn, weight in weights.items() if weight)
            raise InfraError(
                f"Listener rule {self.name} leads its requests to {served}, where a deployment has left them, and would lead "
                "them to a target group without tasks. Release once more, which leads them back, and run this again."
            )

    def create(self, desired: State) -> None:
        missing = [
            name for name in ("listener_ports", "priority", "conditions", "action") if not self.options.get(name)
        ]
        if missing:
            raise InfraError(f"Listener rule {self.name} does not exist; give {', '.join(missing)} to create it.")
        listener = self._listeners().get(desired["port"])
        if listener is None:
            ports = " or ".join(str(port) for port in self.options["listener_ports"])
            raise InfraError(
                f"Load balancer {self.options['load_balancer']} has no listener on port {ports}: create that first."
            )
        self._claim(
            desired["priority"],
            "create_rule",
            ListenerArn=listener,
            Priority=desired["priority"],
            Conditions=_write_conditions(desired["conditions"]),
            Actions=write_action(desired["action"]),
            Tags=_tags.to_list({**desired.get("tags", {}), "Name": self.name}),
        )

    def update(self, current: State, changes: State) -> None:
        if "priority" in changes:
            place = {"RuleArn": current["arn"], "Priority": changes["priority"]}
            self._claim(changes["priority"], "set_rule_priorities", RulePriorities=[place])
        settings: dict[str, t.Any] = {}
        if "conditions" in changes:
            settings["Conditions"] = _write_conditions(changes["conditions"])
        if "action" in changes:
            settings["Actions"] = write_action(changes["action"])
        if settings:
            self.aws.write("elbv2", "modify_rule", RuleArn=current["arn"], **settings)

    def replace(self, current: State, desired: State) -> None:
        """Move it to another listener: there first, so that no request finds neither."""
        rules = self._rules([self._listeners().get(desired["port"])])
        tags = tags_of(self.aws, rules)
        if not any(one.get("Name") == self.name for one in tags.values()):
            kept = {name: current[name] for name in ("priority", "conditions", "action", "tags")}
            self.create({**kept, **desired})
        self.delete(current)

    def delete(self, current: State) -> None:
        self.aws.write("elbv2", "delete_rule", missing=("RuleNotFound",), RuleArn=current["arn"])

    # -- reading ------------------------------------------------------------------------------------------------

    def _listeners(self) -> dict[int, str]:
        """Port -> ARN of every listener of the load balancer."""
        balancer = self.load_balancer()
        if balancer is None:
            return {}
        missing = ("LoadBalancerNotFound",)
        found = self.aws.read("elbv2", "describe_listeners", "Listeners", missing=missing, LoadBalancerArn=balancer)
        return {one["Port"]: one["ListenerArn"] for one in found or []}

    def _rules(self, listeners: t.Iterable[str | None]) -> dict[str, dict[str, t.Any]]:
        """ARN -> every rule of these listeners but their default rules."""
        rules: dict[str, dict[str, t.Any]] = {}
        for listener in listeners:
            found = self.aws.read("elbv2", "describe_rules", "Rules", ListenerArn=listener) if listener else []
            rules.update({one["RuleArn"]: {**one, "ListenerArn": listener} for one in found if not one["IsDefault"]})
        return rules

    def _port(self, listeners: dict[int, str]) -> int | None:
        """The listener it should belong to; before any exists, the most wanted."""
        ports = self.options.get("listener_ports") or []
        return next((port for port in ports if port in listeners), ports[0] if ports else None)

    def _state(self, rule: dict[str, t.Any], tags: dict[str, str], ports: dict[int, str]) -> State:
        return {
            "arn": rule["RuleArn"],
            "name": self.name,
            "listener": rule["ListenerArn"],
            "port": next(port for port, arn in ports.items() if arn == rule["ListenerArn"]),
            "priority": int(rule["Priority"]),
            "conditions": _read_conditions(rule["Conditions"]),
            "action": read_action(rule["Actions"]),
            "tags": tags,
        }

    def _claim(self, priority: int, operation: str, **params: t.Any) -> None:
        """Write what needs the priority, and say who has it where it is taken."""
        try:
            self.aws.write("elbv2", operation, **params)
        except AwsError as error:
            if error.code != "PriorityInUse":
                raise
            raise InfraError(
                f"Listener rule {self.name}: priority {priority} is taken by {self._holder(priority)}. "
                "Give each rule its own; to let two trade places, move one to a free priority first."
            ) from error

    def _holder(self, priority: int) -> str:
        rules = self._rules(self._listeners().values())
        tags = tags_of(self.aws, rules)
        holders = [arn for arn, rule in rules.items() if rule["Priority"] == str(priority)]
        return ", ".join(tags.get(arn, {}).get("Name") or arn for arn in holders) or "another rule"


def _normal_conditions(conditions: State) -> State:
    """The option in the one form that is compared: no empty suboptions, values as sorted text."""
    normal: State = {}
    for name, value in conditions.items():
        if not value:
            continue
        if name == "header":
            normal[name] = {
                header: sorted(str(one) for one in (values if isinstance(values, list) else [values]))
                for header, values in value.items()
            }
        elif name == "query_string":
            normal[name] = ordered({key: text for key, text in pair.items() if text is not None} for pair in value)
        else:
            normal[name] = sorted(str(one) for one in value)
    return normal


def _read_conditions(conditions: list[dict[str, t.Any]]) -> State:
    """What AWS returns in the terms of the option."""
    found: State = {}
    headers: State = {}
    queries: list[t.Any] = []
    for condition in conditions:
        field = condition["Field"]
        for name, (aws_field, config) in _VALUES.items():
            if field == aws_field:
                found[name] = sorted((condition.get(config) or {}).get("Values") or condition.get("Values", []))
        if field == "http-header":
            headers[condition["HttpHeaderConfig"]["HttpHeaderName"]] = sorted(condition["HttpHeaderConfig"]["Values"])
        if field == "query-string":
            pairs = condition["QueryStringConfig"]["Values"]
            queries.append(ordered({key.lower(): text for key, text in pair.items()} for pair in pairs))
    if headers:
        found["header"] = headers
    if queries:
        found["query_string"] = queries[0] if len(queries) == 1 else queries
    return found


def _write_conditions(conditions: State) -> list[dict[str, t.Any]]:
    """The option as AWS wants it."""
    written: list[dict[str, t.Any]] = [
        {"Field": field, config: {"Values": conditions[name]}}
        for name, (field, config) in _VALUES.items()
        if name in conditions
    ]
    written += [
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": header, "Values": values}}
        for header, values in sorted(conditions.get("header", {}).items())
    ]
    if "query_string" in conditions:
        pairs = [{key.capitalize(): text for key, text in pair.items()} for pair in conditions["query_string"]]
        written.append({"Field": "query-string", "QueryStringConfig": {"Values": pairs}})
    return written


def main() -> None:
    run(
        ListenerRule,
        {
            "name": {"type": "str"},
            "load_balancer": {"type": "str"},
            "listener_ports": {"type": "list", "elements": "int"},
            "priority": {"type": "int"},
            "conditions": {
                "type": "dict",
                "options": {
                    "path": {"type": "list", "elements": "str"},
                    "host": {"type": "list", "elements": "str"},
                    "method": {"type": "list", "elements": "str"},
                    "source_ip": {"type": "list", "elements": "str"},
                    "header": {"type": "dict"},
                    "query_string": {
                        "type": "list",
                        "elements": "dict",
                        "options": {
                            "key": {"type": "str", "no_log": False},
                            "value": {"type": "str", "required": True},
                        },
                    },
                },
            },
            "action": ACTION,
        },
        needs=("load_balancer",),
    )


if __name__ == "__main__":
    main()
