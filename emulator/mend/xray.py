# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""X-Ray: sampling rules, groups, their tags, and the encryption setting, none of which moto has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.utils import camelcase_to_underscores
from moto.xray import urls
from moto.xray.models import xray_backends
from moto.xray.responses import XRayResponse

from emulator.registry import catch_all, mend, operation, state

Parameters = dict[str, Any]

DEFAULT = "Default"
# https://docs.aws.amazon.com/general/latest/gr/xray.html#limits_xray
RULES_PER_REGION = 25
GROUPS_PER_REGION = 25

catch_all(urls, XRayResponse)


@mend(XRayResponse)
def _get_action(original: Any, self: XRayResponse) -> str:
    """moto takes the path for the operation, which holds for some only."""
    action = self._get_action_from_method_and_request_uri(self.normalized_request)
    ours = action and hasattr(XRayResponse, camelcase_to_underscores(action))
    return action if ours else original(self)


class XRay:
    """What is configured in one account and region."""

    def __init__(self, region: str, account: str) -> None:
        self.prefix = f"arn:aws:xray:{region}:{account}"
        self.tags: dict[str, dict[str, str]] = {}
        self.encryption: Parameters = {"Type": "NONE", "Status": "ACTIVE"}
        now = datetime.now(UTC)
        default = {
            "RuleName": DEFAULT,
            "RuleARN": f"{self.prefix}:sampling-rule/{DEFAULT}",
            "ResourceARN": "*",
            "Priority": 10000,
            "FixedRate": 0.05,
            "ReservoirSize": 1,
            "ServiceName": "*",
            "ServiceType": "*",
            "Host": "*",
            "HTTPMethod": "*",
            "URLPath": "*",
            "Version": 1,
            "Attributes": {},
        }
        self.rules: dict[str, Parameters] = {DEFAULT: {"SamplingRule": default, "CreatedAt": now, "ModifiedAt": now}}
        self.groups: dict[str, Parameters] = {}
        self.add_group({"GroupName": DEFAULT})

    def add_group(self, given: Parameters) -> Parameters:
        name = given["GroupName"]
        self.groups[name] = {
            "GroupName": name,
            "GroupARN": f"{self.prefix}:group/{name}" + ("" if name == DEFAULT else f"/{len(self.groups):024X}"),
            "FilterExpression": given.get("FilterExpression"),
            "InsightsConfiguration": {
                "InsightsEnabled": False,
                "NotificationsEnabled": False,
                **(given.get("InsightsConfiguration") or {}),
            },
        }
        return self.groups[name]

    def rule(self, given: Parameters) -> Parameters:
        return _find(self.rules.values(), given, "Rule", lambda record: record["SamplingRule"])

    def group(self, given: Parameters) -> Parameters:
        return _find(self.groups.values(), given, "Group", lambda group: group)

    def taggable(self, arn: str) -> dict[str, str]:
        known = {record["SamplingRule"]["RuleARN"] for record in self.rules.values()}
        known |= {group["GroupARN"] for group in self.groups.values()}
        if arn not in known:
            raise ServiceException("ResourceNotFoundException", f"The resource {arn} does not exist")
        return self.tags.setdefault(arn, {})


def _find(records: Any, given: Parameters, kind: str, fields: Any) -> Parameters:
    """By name or by ARN, of which exactly one is wanted."""
    name, arn = given.get(f"{kind}Name"), given.get(f"{kind}ARN")
    if bool(name) == bool(arn):
        raise _invalid(f"Exactly one of {kind}Name and {kind}ARN must be given")
    for record in records:
        if (fields(record)[f"{kind}Name"] == name) if name else (fields(record)[f"{kind}ARN"] == arn):
            return record
    raise _invalid(f"{kind} {name or arn} does not exist")


def _invalid(message: str) -> ServiceException:
    return ServiceException("InvalidRequestException", message)


def xray(response: XRayResponse) -> XRay:
    backend = xray_backends[response.current_account][response.region]
    return state(backend, "xray", lambda: XRay(response.region, response.current_account))


def _check_rule(rule: Parameters) -> None:
    if not 0 <= rule["FixedRate"] <= 1:
        raise _invalid("FixedRate must be between 0 and 1")
    if rule["ReservoirSize"] < 0:
        raise _invalid("ReservoirSize must not be negative")
    if rule["RuleName"] != DEFAULT and not 1 <= rule["Priority"] <= 9999:
        raise _invalid("Priority must be between 1 and 9999")


@operation(XRayResponse)
def create_sampling_rule(self: XRayResponse, parameters: Parameters) -> Parameters:
    ours, rule = xray(self), dict(parameters["SamplingRule"])
    name = rule.get("RuleName")
    if not name:
        raise _invalid("RuleName is required")
    if rule["Version"] != 1:
        raise _invalid("Version must be 1")
    _check_rule(rule)
    if name in ours.rules:
        raise _invalid(f"Rule {name} already exists")
    if len(ours.rules) > RULES_PER_REGION:
        raise ServiceException("RuleLimitExceededException", f"At most {RULES_PER_REGION} sampling rules are allowed")
    rule = {"Attributes": {}, **rule, "RuleARN": f"{ours.prefix}:sampling-rule/{name}"}
    now = datetime.now(UTC)
    ours.rules[name] = {"SamplingRule": rule, "CreatedAt": now, "ModifiedAt": now}
    ours.tags[rule["RuleARN"]] = _tags(parameters)
    return {"SamplingRuleRecord": ours.rules[name]}


@operation(XRayResponse)
def get_sampling_rules(self: XRayResponse, _parameters: Parameters) -> Parameters:
    records = xray(self).rules.values()
    return {"SamplingRuleRecords": sorted(records, key=lambda record: record["SamplingRule"]["Priority"])}


@operation(XRayResponse)
def update_sampling_rule(self: XRayResponse, parameters: Parameters) -> Parameters:
    update = parameters["SamplingRuleUpdate"]
    record = xray(self).rule(update)
    changes = {
        name: value for name, value in update.items() if name not in ("RuleName", "RuleARN") and value is not None
    }
    if record["SamplingRule"]["RuleName"] == DEFAULT and set(changes) - {"FixedRate", "ReservoirSize"}:
        raise _invalid("Only FixedRate and ReservoirSize of the default rule can be changed")
    changed = {**record["SamplingRule"], **changes}
    _check_rule(changed)
    record.update(SamplingRule=changed, ModifiedAt=datetime.now(UTC))
    return {"SamplingRuleRecord": record}


@operation(XRayResponse)
def delete_sampling_rule(self: XRayResponse, parameters: Parameters) -> Parameters:
    ours = xray(self)
    record = ours.rule(parameters)
    name = record["SamplingRule"]["RuleName"]
    if name == DEFAULT:
        raise _invalid("The default rule cannot be deleted")
    del ours.rules[name]
    ours.tags.pop(record["SamplingRule"]["RuleARN"], None)
    return {"SamplingRuleRecord": record}


@operation(XRayResponse)
def create_group(self: XRayResponse, parameters: Parameters) -> Parameters:
    ours = xray(self)
    name = parameters["GroupName"]
    if name in ours.groups:
        raise _invalid(f"Group {name} already exists")
    if len(ours.groups) > GROUPS_PER_REGION:
        raise _invalid(f"At most {GROUPS_PER_REGION} groups are allowed")
    group = ours.add_group(parameters)
    ours.tags[group["GroupARN"]] = _tags(parameters)
    return {"Group": group}


@operation(XRayResponse)
def get_group(self: XRayResponse, parameters: Parameters) -> Parameters:
    return {"Group": xray(self).group(parameters)}


@operation(XRayResponse)
def get_groups(self: XRayResponse, _parameters: Parameters) -> Parameters:
    return {"Groups": list(xray(self).groups.values())}


@operation(XRayResponse)
def update_group(self: XRayResponse, parameters: Parameters) -> Parameters:
    group = xray(self).group(parameters)
    if parameters.get("FilterExpression") is not None:
        group["FilterExpression"] = parameters["FilterExpression"]
    group["InsightsConfiguration"].update(parameters.get("InsightsConfiguration") or {})
    return {"Group": group}


@operation(XRayResponse)
def delete_group(self: XRayResponse, parameters: Parameters) -> Parameters:
    ours = xray(self)
    group = ours.group(parameters)
    if group["GroupName"] == DEFAULT:
        raise _invalid("The default group cannot be deleted")
    del ours.groups[group["GroupName"]]
    ours.tags.pop(group["GroupARN"], None)
    return {}


def _tags(parameters: Parameters) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in parameters.get("Tags") or []}


@operation(XRayResponse)
def tag_resource(self: XRayResponse, parameters: Parameters) -> Parameters:
    xray(self).taggable(parameters["ResourceARN"]).update(_tags(parameters))
    return {}


@operation(XRayResponse)
def untag_resource(self: XRayResponse, parameters: Parameters) -> Parameters:
    tags = xray(self).taggable(parameters["ResourceARN"])
    for key in parameters["TagKeys"]:
        tags.pop(key, None)
    return {}


@operation(XRayResponse)
def list_tags_for_resource(self: XRayResponse, parameters: Parameters) -> Parameters:
    tags = xray(self).taggable(parameters["ResourceARN"])
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


@operation(XRayResponse)
def get_encryption_config(self: XRayResponse, _parameters: Parameters) -> Parameters:
    return {"EncryptionConfig": xray(self).encryption}


@operation(XRayResponse)
def put_encryption_config(self: XRayResponse, parameters: Parameters) -> Parameters:
    if parameters["Type"] == "KMS" and not parameters.get("KeyId"):
        raise _invalid("KeyId is required for the encryption type KMS")
    key = {"KeyId": parameters["KeyId"]} if parameters["Type"] == "KMS" else {}
    xray(self).encryption = {"Type": parameters["Type"], "Status": "ACTIVE", **key}
    return {"EncryptionConfig": xray(self).encryption}
