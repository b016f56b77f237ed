#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_service_linked_role
version_added: 0.1.0
short_description: Make sure of a service-linked role
description:
  - Creates the role through which an AWS service works in the account, where it is absent. A virgin account has none of them, and
    the first ECS service or load balancer then fails.
  - The role belongs to the whole account and to AWS, so it is never changed and never removed.
  - See U(https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html).
author: SDT platform engineering (@sdt)
options:
  service:
    description: The AWS service, such as V(ecs.amazonaws.com).
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
"""

EXAMPLES = r"""
- name: Make sure of the roles ECS and load balancing work with
  sdt.infra.iam_service_linked_role:
    each:
      ecs.amazonaws.com:
      elasticloadbalancing.amazonaws.com:
"""

RETURN = r"""
service_linked_role:
  description: The role. Missing when O(each) is used; see RV(resources).
  returned: when a single role is managed
  type: dict
  contains:
    arn:
      description: ARN of the role.
      type: str
      sample: arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS
    role_name:
      description: Name of the role.
      type: str
      sample: AWSServiceRoleForECS
    service:
      description: The AWS service.
      type: str
resources:
  description: Every role by its service, with the keys of RV(service_linked_role).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_PATH = "/aws-service-role/"


class ServiceLinkedRole(Resource):
    kind = "service-linked role of"
    key = "service_linked_role"
    identity = "service"
    computed = ("arn", "role_name")

    def find(self) -> State | None:
        # One request tells about all services.
        for role in self.aws.read("iam", "list_roles", "Roles", PathPrefix=_PATH) or []:
            if role["Path"] == f"{_PATH}{self.name}/":
                return {"arn": role["Arn"], "role_name": role["RoleName"], "service": self.name}
        return None

    def create(self, desired: State) -> None:
        self.aws.write("iam", "create_service_linked_role", AWSServiceName=self.name)

    def delete(self, current: State) -> None:
        raise InfraError(
            f"The service-linked role of {self.name} belongs to the whole account and is not removed here."
        )


def main() -> None:
    run(ServiceLinkedRole, {"service": {"type": "str"}}, taggable=False, supports_absent=False)


if __name__ == "__main__":
    main()
