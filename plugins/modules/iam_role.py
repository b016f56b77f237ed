#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_role
version_added: 0.1.0
short_description: Manage an IAM role with all of its policies
description:
  - Creates, changes and deletes an IAM role, its trust policy, inline policies, attached policies and permissions boundary.
  - Inline and attached policies that are not given are removed, when O(policies) or O(managed_policies) is given.
  - See U(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the role, up to 64 characters, unique in the account.
    type: str
  path:
    description: Path of the role. AWS cannot change it later.
    type: str
    default: /
  description:
    description: What the role is for.
    type: str
  trust_policy:
    description:
      - Who may assume the role, as a policy document.
      - Mutually exclusive with O(trusted_services); one of them is required when the role is created.
    type: dict
  trusted_services:
    description:
      - Services that may assume the role, such as V(ecs-tasks.amazonaws.com).
      - The trust is limited to this account where O(trusted_source_account) is true.
    type: list
    elements: str
  trusted_source_account:
    description: >-
      Whether the services in O(trusted_services) may assume the role only on behalf of this account (condition
      C(aws:SourceAccount)), which stops other accounts from using the service as a deputy.
    type: bool
    default: true
  policies:
    description:
      - Inline policies, a map from the name of the policy to its document. An empty map removes all.
      - A resource that is the ARN of an alias of KMS stands for its key; IAM itself does not know aliases.
    type: dict
  managed_policies:
    description: Policies to attach, by name or ARN; a bare name is a policy of AWS. An empty list detaches all.
    type: list
    elements: str
  permissions_boundary:
    description: ARN of the policy that limits what the role may do; an empty string removes it.
    type: str
  max_session_duration:
    description: Longest session in seconds, from 3600 to 43200.
    type: int
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Let tasks of the auth service read their uploads
  sdt.infra.iam_role:
    name: sdt-prod-auth-service-task
    trusted_services: [ecs-tasks.amazonaws.com]
    policies:
      uploads:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: arn:aws:s3:::sdt-prod-user-uploads-123456789012/avatars/*
    managed_policies: []
"""

RETURN = r"""
role:
  description: The role. Missing when O(each) is used; see RV(resources).
  returned: when a single role is managed
  type: dict
  contains:
    arn:
      description: ARN of the role.
      type: str
      sample: arn:aws:iam::123456789012:role/sdt-prod-auth-service-task
    id:
      description: Unique id of the role.
      type: str
      sample: AROA0123456789EXAMPLE
    name:
      description: Name of the role.
      type: str
resources:
  description: Every managed role by its name, with the keys of RV(role).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
"""

import re

from ansible_collections.sdt.infra.plugins.module_utils import _policy, _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_ALIAS = re.compile(r"^arn:[^:]+:kms:[^:]+:[0-9]+:alias/")
_GONE = ("NoSuchEntity",)
_SETTINGS = {"description": "Description", "max_session_duration": "MaxSessionDuration"}


class Role(Resource):
    kind = "IAM role"
    key = "role"
    serves = True
    fields = (
        "path",
        "description",
        "trust_policy",
        "policies",
        "managed_policies",
        "permissions_boundary",
        "max_session_duration",
    )
    create_only = frozenset({"path"})
    exact = frozenset({"trust_policy", "policies"})
    computed = ("arn", "id")

    def find(self) -> State | None:
        role = self._listed() or self.aws.read("iam", "get_role", "Role", missing=_GONE, RoleName=self.name)
        if role is None:
            return None
        return {
            "arn": role["Arn"],
            "id": role["RoleId"],
            "name": self.name,
            "path": role["Path"],
            "description": role.get("Description", ""),
            "trust_policy": _policy.canonical(role["AssumeRolePolicyDocument"]),
            "policies": self._inline(role),
            "managed_policies": self._attached(role),
            "permissions_boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            "max_session_duration": role["MaxSessionDuration"],
            "tags": _tags.from_list(role.get("Tags")),
        }

    def _listed(self) -> State | None:
        """The role with its policies, out of two requests for all roles of the account, where it has few.

        None where it has many, where listing them all is not allowed, and for a role that is not there: what is new
        is shown late. See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
        """
        wanted = len(self.peers)
        with self.aws.sparing("each role is asked for by itself"):
            details, whole = self.aws.read_some(
                "iam", "get_account_authorization_details", "RoleDetailList", wanted=wanted, Filter=["Role"]
            )
            roles, all_of_them = (
                self.aws.read_some("iam", "list_roles", "Roles", wanted=wanted) if whole else ([], False)
            )
            if all_of_them:  # each tells what the other does not
                found = [one for one in [*details, *roles] if one["RoleName"] == self.name]
                return {**found[0], **found[1]} if len(found) == 2 else None
        return None

    def desired(self) -> State:
        desired = super().desired()
        if self.options.get("trusted_services"):
            desired["trust_policy"] = self._service_trust()
        if "trust_policy" in desired:
            desired["trust_policy"] = _policy.canonical(desired["trust_policy"])
        if "policies" in desired:
            desired["policies"] = {
                name: self._with_keys(_policy.canonical(text)) for name, text in desired["policies"].items()
            }
        if "managed_policies" in desired:
            desired["managed_policies"] = ordered(self._policy_arn(one) for one in desired["managed_policies"])
        return desired

    def _with_keys(self, policy: State) -> State:
        """The policy with keys of KMS in place of their aliases."""
        for statement in policy["Statement"]:
            if any(_ALIAS.match(one) for one in statement.get("Resource", [])):
                named = [
                    resolve(self.aws, "kms_key", one) if _ALIAS.match(one) else one for one in statement["Resource"]
                ]
                statement["Resource"] = sorted(named)
        return policy

    def create(self, desired: State) -> None:
        if "trust_policy" not in desired:
            raise InfraError(
                f"IAM role {self.name} does not exist; give trusted_services or trust_policy to create it."
            )
        request: State = {
            "RoleName": self.name,
            "Path": desired["path"],
            "AssumeRolePolicyDocument": _policy.text(desired["trust_policy"]),
            **{sent: desired[option] for option, sent in _SETTINGS.items() if option in desired},
        }
        if desired.get("permissions_boundary"):
            request["PermissionsBoundary"] = desired["permissions_boundary"]
        if desired.get("tags"):
            request["Tags"] = _tags.to_list(desired["tags"])
        self.aws.write("iam", "create_role", **request)
        self._set_policies({}, desired.get("policies", {}))
        self._set_attached([], desired.get("managed_policies", []))

    def update(self, current: State, changes: State) -> None:
        if "trust_policy" in changes:
            text = _policy.text(changes["trust_policy"])
            self.aws.write("iam", "update_assume_role_policy", RoleName=self.name, PolicyDocument=text)
        if set(_SETTINGS) & set(changes):
            # UpdateRole resets what it is not given, so both are always sent.
            settings: State = {sent: changes.get(option, current[option]) for option, sent in _SETTINGS.items()}
            self.aws.write("iam", "update_role", RoleName=self.name, **settings)
        if "permissions_boundary" in changes:
            self._set_boundary(changes["permissions_boundary"])
        if "policies" in changes:
            self._set_policies(current["policies"], changes["policies"])
        if "managed_policies" in changes:
            self._set_attached(current["managed_policies"], changes["managed_policies"])

    def delete(self, current: State) -> None:
        self._set_policies(current["policies"], {})
        self._set_attached(current["managed_policies"], [])
        self.aws.write("iam", "delete_role", missing=_GONE, RoleName=self.name)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("iam", "tag_role", RoleName=self.name, Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("iam", "untag_role", RoleName=self.name, TagKeys=names)

    def _inline(self, role: State) -> State:
        if "RolePolicyList" in role:
            return {one["PolicyName"]: _policy.canonical(one["PolicyDocument"]) for one in role["RolePolicyList"]}
        names = self.aws.read("iam", "list_role_policies", "PolicyNames", missing=_GONE, RoleName=self.name) or []
        return {name: self._inline_document(name) for name in names}

    def _inline_document(self, name: str) -> State:
        answer = self.aws.read("iam", "get_role_policy", missing=_GONE, RoleName=self.name, PolicyName=name) or {}
        return _policy.canonical(answer.get("PolicyDocument"))

    def _attached(self, role: State) -> list[str]:
        attached = role.get("AttachedManagedPolicies")
        if attached is None:
            attached = self.aws.read(
                "iam", "list_attached_role_policies", "AttachedPolicies", missing=_GONE, RoleName=self.name
            )
        return ordered(one["PolicyArn"] for one in attached or [])

    def _set_policies(self, current: State, wanted: State) -> None:
        for name in sorted(set(current) - set(wanted)):
            self.aws.write("iam", "delete_role_policy", missing=_GONE, RoleName=self.name, PolicyName=name)
        for name, document in wanted.items():
            if current.get(name) != document:
                text = _policy.text(document)
                self.aws.write("iam", "put_role_policy", RoleName=self.name, PolicyName=name, PolicyDocument=text)

    def _set_attached(self, current: list[str], wanted: list[str]) -> None:
        for arn in sorted(set(wanted) - set(current)):
            self.aws.write("iam", "attach_role_policy", RoleName=self.name, PolicyArn=arn)
        for arn in sorted(set(current) - set(wanted)):
            self.aws.write("iam", "detach_role_policy", missing=_GONE, RoleName=self.name, PolicyArn=arn)

    def _set_boundary(self, arn: str) -> None:
        if arn:
            self.aws.write("iam", "put_role_permissions_boundary", RoleName=self.name, PermissionsBoundary=arn)
        else:
            self.aws.write("iam", "delete_role_permissions_boundary", missing=_GONE, RoleName=self.name)

    def _service_trust(self) -> State:
        statement: State = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": self.options["trusted_services"]},
        }
        if self.options["trusted_source_account"]:
            statement["Condition"] = {"StringEquals": {"aws:SourceAccount": self.aws.account}}
        return {"Version": "2012-10-17", "Statement": [statement]}

    def _policy_arn(self, name: str) -> str:
        return name if name.startswith("arn:") else self.aws.arn("iam", f"policy/{name}", region="", account="aws")


def main() -> None:
    run(
        Role,
        {
            "name": {"type": "str"},
            "path": {"type": "str", "default": "/"},
            "description": {"type": "str"},
            "trust_policy": {"type": "dict"},
            "trusted_services": {"type": "list", "elements": "str"},
            "trusted_source_account": {"type": "bool", "default": True},
            "policies": {"type": "dict"},
            "managed_policies": {"type": "list", "elements": "str"},
            "permissions_boundary": {"type": "str"},
            "max_session_duration": {"type": "int"},
        },
        mutually_exclusive=[("trust_policy", "trusted_services")],
    )


if __name__ == "__main__":
    main()
