# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the resources of Cloud Map share: tags by ARN, read only where they are asked for."""

from __future__ import annotations

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("ResourceNotFoundException",)


class ServiceDiscoveryResource(Resource):
    """A resource of Cloud Map; its lists do not hold tags."""

    poll_seconds = 4.0

    def tags(self, arn: str) -> State:
        """The state key tags, empty when nobody asks for them: reading them costs a request."""
        if not self.wants_tags:
            return {}

        def read() -> dict[str, str]:
            found = self.aws.read("servicediscovery", "list_tags_for_resource", "Tags", missing=_GONE, ResourceARN=arn)
            return _tags.from_list(found)

        return {"tags": self.tags_at(arn, read)}

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("servicediscovery", "tag_resource", ResourceARN=current["arn"], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("servicediscovery", "untag_resource", ResourceARN=current["arn"], TagKeys=names)
