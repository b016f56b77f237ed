#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecr_registry_scanning
version_added: 0.1.0
short_description: Manage which repositories ECR scans for vulnerabilities
description:
  - Adds, moves and removes one filter in the scanning configuration of the registry.
  - An account has one configuration in each region, which all of its environments share. The filters of others stay as
    they are, and removing a filter removes only that one.
  - The configuration is read, merged and written whole; hosts of one run take turns. Do not let two runs change it at the same moment.
  - M(sdt.infra.ecr_repository) does the same for its repository; this module is for filters of several, and to remove one.
  - See U(https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html).
author: SDT platform engineering (@sdt)
options:
  filter:
    description:
      - Which repositories, with C(*) for any characters, such as C(sdt-prod/*).
      - A filter without C(*) is about every repository whose name contains it.
      - A configuration has room for 100 filters.
    type: str
  frequency:
    description: When they are scanned. V(CONTINUOUS_SCAN) needs O(scan_type=ENHANCED).
    type: str
    choices: [SCAN_ON_PUSH, CONTINUOUS_SCAN]
    default: SCAN_ON_PUSH
  scan_type:
    description:
      - Who scans in the whole registry. V(ENHANCED) is Amazon Inspector, which also looks at packages of programming
        languages, and is charged for.
      - Left out, it is left alone; a new account has V(BASIC).
    type: str
    choices: [BASIC, ENHANCED]
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
"""

EXAMPLES = r"""
- name: Scan the images of a service when they are pushed
  sdt.infra.ecr_registry_scanning:
    filter: sdt-prod/auth-service
"""

RETURN = r"""
scanning_filter:
  description: The filter. Missing when O(each) is used; see RV(resources).
  returned: when a single filter is managed
  type: dict
  contains:
    filter:
      description: Which repositories.
      type: str
      sample: sdt-prod/auth-service
    frequency:
      description: When they are scanned.
      type: str
      sample: SCAN_ON_PUSH
    scan_type:
      description: Who scans in the whole registry.
      type: str
      sample: BASIC
resources:
  description: Every managed resource by its name, with the keys of RV(scanning_filter).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "scanning_filter", "name": "sdt-prod/auth-service", "fields": ["frequency"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _ecr_scanning
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource


class ScanningFilter(Resource):
    kind = "ECR scanning filter"
    key = "scanning_filter"
    identity = "filter"
    fields = ("frequency", "scan_type")

    def find(self) -> State | None:
        configuration = _ecr_scanning.configuration(self.aws)
        frequency = _ecr_scanning.frequency_of(configuration["rules"], self.name)
        if frequency is None:
            return None
        return {"filter": self.name, "frequency": frequency, "scan_type": configuration["scanType"]}

    def create(self, desired: State) -> None:
        _ecr_scanning.put_filter(self.aws, self.name, desired["frequency"], desired.get("scan_type"))

    def update(self, current: State, changes: State) -> None:
        wanted = {**current, **changes}
        _ecr_scanning.put_filter(self.aws, self.name, wanted["frequency"], wanted["scan_type"])

    def delete(self, current: State) -> None:
        _ecr_scanning.put_filter(self.aws, self.name, None, None)


def main() -> None:
    run(
        ScanningFilter,
        {
            "filter": {"type": "str"},
            "frequency": {"type": "str", "choices": ["SCAN_ON_PUSH", "CONTINUOUS_SCAN"], "default": "SCAN_ON_PUSH"},
            **_ecr_scanning.SCANNING_OPTIONS,
        },
        taggable=False,
    )


if __name__ == "__main__":
    main()
