# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the Elastic Load Balancing resources share: tags, attributes, actions, and the load balancer they belong to."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing, resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_TAGS_AT_ONCE = 20  # DescribeTags takes no more ARNs in a request
_GONE = ("LoadBalancerNotFound", "ListenerNotFound", "RuleNotFound", "TargetGroupNotFound")
_LOOKS = 5  # for what others delete while we read

ACTION_OPTIONS: dict[str, t.Any] = {
    "forward": {
        "type": "dict",
        "options": {
            "target_groups": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "target_group": {"type": "str", "required": True},
                    "weight": {"type": "int", "default": 1},
                },
            },
            "stickiness": {"type": "int", "default": 0},
            "keep_weights": {"type": "bool", "default": False},
        },
    },
    "redirect": {
        "type": "dict",
        "options": {
            "protocol": {"type": "str", "choices": ["HTTP", "HTTPS", "#{protocol}"], "default": "#{protocol}"},
            "port": {"type": "str", "default": "#{port}"},
            "host": {"type": "str", "default": "#{host}"},
            "path": {"type": "str", "default": "/#{path}"},
            "query": {"type": "str", "default": "#{query}"},
            "status_code": {"type": "int", "choices": [301, 302], "default": 301},
        },
    },
    "fixed_response": {
        "type": "dict",
        "options": {
            "status_code": {"type": "int", "required": True},
            "content_type": {
                "type": "str",
                "choices": ["text/plain", "text/css", "text/html", "application/javascript", "application/json"],
                "default": "text/plain",
            },
            "body": {"type": "str", "default": ""},
        },
    },
}
ACTION: dict[str, t.Any] = {
    "type": "dict",
    "options": ACTION_OPTIONS,
    "required_one_of": [("forward", "redirect", "fixed_response")],
    "mutually_exclusive": [("forward", "redirect", "fixed_response")],
}


class Elbv2Resource(Resource):
    """A resource of Elastic Load Balancing, known to it by its ARN."""

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("elbv2", "add_tags", ResourceArns=[current["arn"]], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("elbv2", "remove_tags", ResourceArns=[current["arn"]], TagKeys=names)

    def tags_among(self, arn: str, arns: t.Iterable[str]) -> dict[str, str]:
        """The tags of one of these resources, which are read together."""
        return self.tags_at(arn, lambda: tags_of(self.aws, arns).get(arn, {}))

    def tag_list(self, desired: State) -> dict[str, t.Any]:
        """The tags for the creating call, which takes no empty list."""
        return {"Tags": _tags.to_list(desired["tags"])} if desired.get("tags") else {}

    def load_balancer(self) -> str | None:
        """The ARN of the option load_balancer; None where it is gone and so is what is to be absent."""
        look = existing if self.options["state"] == "absent" else resolve
        return look(self.aws, "load_balancer", self.options["load_balancer"])


def tags_of(aws: Aws, arns: t.Iterable[str]) -> dict[str, dict[str, str]]:
    """The tags of each of these resources."""
    ordered_arns = sorted(arns)
    found: dict[str, dict[str, str]] = {}
    for start in range(0, len(ordered_arns), _TAGS_AT_ONCE):
        some = ordered_arns[start : start + _TAGS_AT_ONCE]
        for one in aws.read("elbv2", "describe_tags", "TagDescriptions", ResourceArns=some) or []:
            found[one["ResourceArn"]] = _tags.from_list(one["Tags"])
    return found


def steadily(aws: Aws, look: t.Callable[[], t.Any]) -> t.Any:
    """The result of look, which reads in several requests; again when something it listed was deleted meanwhile."""
    for _attempt in range(_LOOKS):
        try:
            return look()
        except AwsError as error:
            if error.code not in _GONE:
                raise
            aws.forget("elbv2")
    return look()


def attribute_map(attributes: t.Iterable[dict[str, str]] | None) -> dict[str, str]:
    """[{Key, Value}] as AWS returns attributes -> dict."""
    return {one["Key"]: one.get("Value", "") for one in attributes or []}


def attribute_list(attributes: dict[str, t.Any]) -> list[dict[str, str]]:
    """dict -> [{Key, Value}], with true and false as AWS writes them."""
    return [{"Key": key, "Value": to_text(value)} for key, value in sorted(attributes.items())]


def to_text(value: t.Any) -> str:
    """The value of an attribute as AWS writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def from_text(text: str | None) -> t.Any:
    """The value of an attribute: a bool or int where it looks like one."""
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text and text.isdigit() else text


def resolved_action(aws: Aws, action: State) -> State:
    """The option, with the target groups as ARNs in the one order that is compared."""
    if "forward" not in action:
        return action
    forward = {name: value for name, value in action["forward"].items() if name != "keep_weights"}
    groups = [
        {"target_group": resolve(aws, "target_group", one["target_group"]), "weight": one["weight"]}
        for one in forward["target_groups"]
    ]
    return {"forward": {**forward, "target_groups": ordered(groups)}}


def read_action(actions: t.Sequence[dict[str, t.Any]]) -> State:
    """What AWS returns as the actions of a listener or rule, in the terms of the option."""
    action = actions[-1] if actions else {}
    if len(actions) > 1:
        return {"actions": [one["Type"] for one in actions]}  # such as a login first: nothing the option can say
    if action.get("Type") == "forward":
        return {"forward": _read_forward(action)}
    if action.get("Type") == "redirect":
        config = action["RedirectConfig"]
        return {
            "redirect": {
                **{name: config.get(name.capitalize()) for name in ("protocol", "port", "host", "path", "query")},
                "status_code": int(config["StatusCode"].rpartition("_")[2]),
            }
        }
    if action.get("Type") == "fixed-response":
        config = action["FixedResponseConfig"]
        return {
            "fixed_response": {
                "status_code": int(config["StatusCode"]),
                "content_type": config.get("ContentType") or "text/plain",
                "body": config.get("MessageBody") or "",
            }
        }
    return {"actions": [one["Type"] for one in actions]}


def _read_forward(action: dict[str, t.Any]) -> State:
    config = action.get("ForwardConfig") or {"TargetGroups": [{"TargetGroupArn": action["TargetGroupArn"]}]}
    groups = [{"target_group": one["TargetGroupArn"], "weight": one.get("Weight", 1)} for one in config["TargetGroups"]]
    sticky = config.get("TargetGroupStickinessConfig") or {}
    return {
        "target_groups": ordered(groups),
        "stickiness": sticky.get("DurationSeconds", 0) if sticky.get("Enabled") else 0,
    }


def write_action(action: State) -> list[dict[str, t.Any]]:
    """The option as AWS wants it."""
    if "forward" in action:
        seconds = action["forward"]["stickiness"]
        sticky = {"Enabled": True, "DurationSeconds": seconds} if seconds else {"Enabled": False}
        groups = [
            {"TargetGroupArn": one["target_group"], "Weight": one["weight"]}
            for one in action["forward"]["target_groups"]
        ]
        return [
            {"Type": "forward", "ForwardConfig": {"TargetGroups": groups, "TargetGroupStickinessConfig": sticky}},
        ]
    if "redirect" in action:
        config = {name.capitalize(): action["redirect"][name] for name in ("protocol", "port", "host", "path", "query")}
        return [
            {
                "Type": "redirect",
                "RedirectConfig": {**config, "StatusCode": f"HTTP_{action['redirect']['status_code']}"},
            }
        ]
    fixed = action["fixed_response"]
    return [
        {
            "Type": "fixed-response",
            "FixedResponseConfig": {
                "StatusCode": str(fixed["status_code"]),
                "ContentType": fixed["content_type"],
                **({"MessageBody": fixed["body"]} if fixed["body"] else {}),
            },
        }
    ]


def target_states(aws: Aws, target_group: str, fresh: bool = False) -> list[str]:
    """How the load balancer finds each target of the group with this ARN; [] where there is no such group."""
    found = aws.read(
        "elbv2",
        "describe_target_health",
        "TargetHealthDescriptions",
        missing=("TargetGroupNotFound",),
        fresh=fresh,
        TargetGroupArn=target_group,
    )
    return [one["TargetHealth"]["State"] for one in found or []]
