# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the X-Ray resources share: tags by ARN, in a request of their own."""

from __future__ import annotations

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource


class XRayResource(Resource):
    """A sampling rule or a group."""

    computed = ("arn",)

    def tags_of(self, arn: str) -> State:
        """The tags, where the user cares for them."""
        if not self.wants_tags:
            return {}

        def read() -> dict[str, str]:
            return _tags.from_list(self.aws.read("xray", "list_tags_for_resource", "Tags", ResourceARN=arn))

        return {"tags": self.tags_at(arn, read)}

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("xray", "tag_resource", ResourceARN=current["arn"], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("xray", "untag_resource", ResourceARN=current["arn"], TagKeys=names)
