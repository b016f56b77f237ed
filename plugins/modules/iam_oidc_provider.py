#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_oidc_provider
version_added: 0.1.0
short_description: Manage an OpenID Connect provider of IAM
description:
  - Creates, changes and deletes a provider whose tokens may be exchanged for the credentials of a role, such as those of GitHub Actions and GitLab CI,
    so that pipelines need no keys of AWS.
  - An account has one provider for each issuer, which all environments share.
  - See U(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The issuer without C(https://), such as V(token.actions.githubusercontent.com) or V(gitlab.com).
    type: str
  client_ids:
    description: The audiences tokens may be for, V(sts.amazonaws.com) for GitHub.
    type: list
    elements: str
  thumbprints:
    description: >-
      SHA-1 thumbprints of certificates, 40 hexadecimal digits each, for issuers whose certificate no public authority has signed. Left out, AWS trusts
      public authorities and what it found when the provider was made is left alone.
    type: list
    elements: str
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
- name: Let GitHub Actions assume roles
  sdt.infra.iam_oidc_provider:
    name: token.actions.githubusercontent.com
    client_ids: [sts.amazonaws.com]
"""

RETURN = r"""
oidc_provider:
  description: The provider. Missing when O(each) is used; see RV(resources).
  returned: when a single provider is managed
  type: dict
  contains:
    arn:
      description: ARN of the provider.
      type: str
      sample: arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com
    client_ids:
      description: The audiences.
      type: list
      elements: str
    tags:
      description: Tags of the provider.
      type: dict
resources:
  description: Every managed provider by its name, with the keys of RV(oidc_provider).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed provider.
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("NoSuchEntity",)


class Provider(Resource):
    kind = "OIDC provider"
    key = "oidc_provider"
    fields = ("client_ids", "thumbprints")
    computed = ("arn",)

    @property
    def _arn(self) -> str:
        return self.aws.arn("iam", f"oidc-provider/{self.name}", region="")

    def find(self) -> State | None:
        found = self.aws.read("iam", "get_open_id_connect_provider", missing=_GONE, OpenIDConnectProviderArn=self._arn)
        if found is None:
            return None
        return {
            "name": self.name,
            "arn": self._arn,
            "client_ids": ordered(found.get("ClientIDList", [])),
            "thumbprints": ordered(found.get("ThumbprintList", [])),
            "tags": _tags.from_list(found.get("Tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        lists = {option: ordered(desired[option]) for option in self.fields if option in desired}
        return {**desired, **lists}

    def create(self, desired: State) -> None:
        request: State = {"Url": f"https://{self.name}", "ClientIDList": desired.get("client_ids", [])}
        if desired.get("thumbprints"):
            request["ThumbprintList"] = desired["thumbprints"]
        if desired.get("tags"):
            request["Tags"] = _tags.to_list(desired["tags"])
        self.aws.write("iam", "create_open_id_connect_provider", **request)

    def update(self, current: State, changes: State) -> None:
        if "client_ids" in changes:
            wanted, there = set(changes["client_ids"]), set(current["client_ids"])
            for one in sorted(wanted - there):
                self._write("add_client_id_to_open_id_connect_provider", ClientID=one)
            for one in sorted(there - wanted):
                self._write("remove_client_id_from_open_id_connect_provider", ClientID=one)
        if "thumbprints" in changes:
            self._write("update_open_id_connect_provider_thumbprint", ThumbprintList=changes["thumbprints"])

    def delete(self, current: State) -> None:
        self._write("delete_open_id_connect_provider")

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self._write("tag_open_id_connect_provider", Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self._write("untag_open_id_connect_provider", TagKeys=names)

    def _write(self, operation: str, **request: t.Any) -> None:
        self.aws.write("iam", operation, OpenIDConnectProviderArn=self._arn, **request)


def main() -> None:
    run(
        Provider,
        {
            "name": {"type": "str"},
            "client_ids": {"type": "list", "elements": "str"},
            "thumbprints": {"type": "list", "elements": "str"},
        },
    )


if __name__ == "__main__":
    main()
