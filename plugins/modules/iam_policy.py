#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_policy
version_added: 0.1.0
short_description: Manage a customer managed policy of IAM
description:
  - Creates, changes and deletes a policy that can be attached to roles. A change makes a new version, which becomes the default; the oldest is deleted
    where there are five, which is as many as IAM keeps.
  - See U(https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the policy, up to 128 characters, unique in the account.
    type: str
  path:
    description: Path of the policy. AWS cannot change it later.
    type: str
    default: /
  description:
    description: What the policy is for. AWS cannot change it later, so it counts only when the policy is created.
    type: str
  policy:
    description: The document, up to 6,144 characters without spaces. Needed to create it.
    type: dict
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
- name: Let a pipeline release
  sdt.infra.iam_policy:
    name: sdt-prod-pipeline-deploy
    policy: "{{ lookup('ansible.builtin.file', 'docs/policies/deploy.json') | from_json }}"
"""

RETURN = r"""
policy:
  description: The policy. Missing when O(each) is used; see RV(resources).
  returned: when a single policy is managed
  type: dict
  contains:
    arn:
      description: ARN of the policy.
      type: str
      sample: arn:aws:iam::123456789012:policy/sdt-prod-pipeline-plan
    name:
      description: Name of the policy.
      type: str
    policy:
      description: The document that is the default.
      type: dict
    tags:
      description: Tags of the policy.
      type: dict
resources:
  description: Every managed policy by its name, with the keys of RV(policy).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed policy.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.sdt.infra.plugins.module_utils import _policy, _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("NoSuchEntity",)
_VERSIONS = 5  # as many as IAM keeps


class Policy(Resource):
    kind = "IAM policy"
    key = "policy"
    fields = ("path", "description", "policy")
    create_only = frozenset({"path"})
    initial = frozenset({"description"})
    exact = frozenset({"policy"})
    computed = ("arn",)

    @property
    def _arn(self) -> str:
        return self.aws.arn("iam", f"policy{self.options['path']}{self.name}", region="")

    def find(self) -> State | None:
        found = self.aws.read("iam", "get_policy", "Policy", missing=_GONE, PolicyArn=self._arn)
        if found is None:
            return None
        version = self.aws.read(
            "iam", "get_policy_version", "PolicyVersion", PolicyArn=self._arn, VersionId=found["DefaultVersionId"]
        )
        return {
            "name": self.name,
            "arn": found["Arn"],
            "path": found["Path"],
            "policy": _policy.canonical(version["Document"]),
            "tags": _tags.from_list(found.get("Tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "policy" in desired:
            desired["policy"] = _policy.canonical(desired["policy"])
        return desired

    def create(self, desired: State) -> None:
        if "policy" not in desired:
            raise InfraError(f"IAM policy {self.name} does not exist; give policy to create it.")
        request: State = {
            "PolicyName": self.name,
            "Path": desired["path"],
            "PolicyDocument": _policy.text(desired["policy"]),
        }
        if desired.get("description"):
            request["Description"] = desired["description"]
        if desired.get("tags"):
            request["Tags"] = _tags.to_list(desired["tags"])
        self.aws.write("iam", "create_policy", **request)

    def update(self, current: State, changes: State) -> None:
        spare = self._not_default()
        if len(spare) >= _VERSIONS - 1:
            self._delete_version(spare[0])
        self.aws.write(
            "iam",
            "create_policy_version",
            PolicyArn=self._arn,
            PolicyDocument=_policy.text(changes["policy"]),
            SetAsDefault=True,
        )

    def delete(self, current: State) -> None:
        for version in self._not_default():
            self._delete_version(version)
        self.aws.write("iam", "delete_policy", missing=_GONE, PolicyArn=self._arn)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("iam", "tag_policy", PolicyArn=self._arn, Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("iam", "untag_policy", PolicyArn=self._arn, TagKeys=names)

    def _not_default(self) -> list[str]:
        """Versions that are not the default, the oldest first."""
        versions = self.aws.read("iam", "list_policy_versions", "Versions", missing=_GONE, PolicyArn=self._arn) or []
        rest = [one["VersionId"] for one in versions if not one["IsDefaultVersion"]]
        return sorted(rest, key=lambda version: int(version.removeprefix("v")))

    def _delete_version(self, version: str) -> None:
        self.aws.write("iam", "delete_policy_version", missing=_GONE, PolicyArn=self._arn, VersionId=version)


def main() -> None:
    run(
        Policy,
        {
            "name": {"type": "str"},
            "path": {"type": "str", "default": "/"},
            "description": {"type": "str"},
            "policy": {"type": "dict"},
        },
    )


if __name__ == "__main__":
    main()
