# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The values of condition keys in a request, found when a policy asks for them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from moto.iam.models import iam_backends
from moto.resourcegroupstaggingapi import models as tagging

from emulator.access.actions import Need, request_tags
from emulator.access.principals import Principal
from emulator.calls import Call

Values = list[str] | None

# Keys whose value is a parameter of the request.
PARAMETERS = {
    "ecs:cluster": "cluster",
    "iam:awsservicename": "AWSServiceName",
    "iam:permissionsboundary": "PermissionsBoundary",
    "iam:policyarn": "PolicyArn",
    "rds:databaseclass": "DBInstanceClass",
    "rds:databaseengine": "Engine",
    "s3:delimiter": "Delimiter",
    "s3:locationconstraint": "LocationConstraint",
    "s3:max-keys": "MaxKeys",
    "s3:prefix": "Prefix",
    "secretsmanager:name": "Name",
    "secretsmanager:secretid": "SecretId",
    "sns:protocol": "Protocol",
    "sts:externalid": "ExternalId",
    "sts:rolesessionname": "RoleSessionName",
    "sts:sourceidentity": "SourceIdentity",
}


class Context:
    """The condition keys of one need of one call. Names are the same in any case, but for the names of tags."""

    def __init__(self, call: Call, principal: Principal, need: Need, region: str, resource: str) -> None:
        self._call = call
        self._principal = principal
        self._need = {key.lower(): values for key, values in need.context.items()}
        self._region = region
        self._resource = resource

    def __call__(self, key: str) -> Values:
        name, _slash, tag = key.partition("/")
        name = name.lower()
        if name in self._need:
            return self._need[name]
        if name in GLOBAL:
            return GLOBAL[name](self)
        if tag:
            return self._tag(name, tag)
        if name in PARAMETERS:
            value = self._call.parameters.get(PARAMETERS[name])
            if value is None:
                value = self._call.request.args.get(PARAMETERS[name].lower())  # S3's are in the address
            if value is None:
                return None
            if name == "ecs:cluster" and not value.startswith("arn:"):
                value = f"arn:aws:ecs:{self._region}:{self._principal.account}:cluster/{value}"
            return [str(value)]
        return None

    def _tag(self, name: str, tag: str) -> Values:
        if name == "aws:principaltag":
            found = self._principal.tags
        elif name == "aws:requesttag":
            found = request_tags(self._call.parameters)
        elif name.endswith(":resourcetag"):
            found = tags_of(self._resource, self._principal.account, self._region)
        else:
            return None
        return [found[tag]] if tag in found else None

    def _tag_keys(self) -> Values:
        keys = self._call.parameters.get("TagKeys") or self._call.parameters.get("tagKeys")
        return list(keys or request_tags(self._call.parameters)) or None

    def _principal_account(self) -> Values:
        return [self._principal.account]

    def _resource_account(self) -> Values:
        parts = self._resource.split(":")
        return [parts[4] or self._principal.account] if len(parts) > 5 else None


def _now() -> Values:
    return [datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")]


GLOBAL: dict[str, Callable[[Context], Values]] = {
    "aws:currenttime": lambda _context: _now(),
    "aws:principalaccount": Context._principal_account,
    "aws:principalarn": lambda context: [context._principal.entity_arn or context._principal.arn],
    "aws:principalisawsservice": lambda _context: ["false"],
    "aws:principaltype": lambda context: [context._principal.kind],
    "aws:requestedregion": lambda context: [context._region],
    "aws:resourceaccount": Context._resource_account,
    # Clients of AWS use TLS; the emulator has no other way to be reached than without.
    "aws:securetransport": lambda _context: ["true"],
    "aws:sourceaccount": lambda _context: None,
    "aws:sourceip": lambda context: [context._call.request.remote_addr or "127.0.0.1"],
    "aws:tagkeys": Context._tag_keys,
    "aws:userid": lambda context: [context._principal.user_id],
    "aws:username": lambda context: [context._principal.user_name] if context._principal.user_name else None,
}


def tags_of(arn: str, account: str, region: str) -> dict[str, str]:
    """The tags of a resource: as the tagging API lists them, and those of roles and users, which it does not list."""
    if ":iam::" in arn:
        backend = iam_backends[account]["aws"]
        for entity in (*backend.roles.values(), *backend.users.values()):
            if entity.arn == arn:
                return {tag["Key"]: tag["Value"] for tag in entity.tags or ()}
    for backend in tagging.iter_taggable_backends(account, region):
        for resource in backend.iter_tagged_resources():
            if resource.arn == arn:
                return dict(resource.tags)
    return {}
