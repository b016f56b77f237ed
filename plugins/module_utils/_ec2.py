# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the EC2 resources share: finding by Name tag, tags in the creating call, tagging."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource


def filters(**values: t.Any) -> list[dict[str, t.Any]]:
    """EC2 filters; tag_name stands for tag:Name, underscores for dashes, and None leaves a filter out."""
    return [
        {
            "Name": "tag:Name" if name == "tag_name" else name.replace("_", "-"),
            "Values": value if isinstance(value, list) else [value],
        }
        for name, value in values.items()
        if value is not None
    ]


class Ec2Resource(Resource):
    """A resource that EC2 knows by an id and we know by its Name tag."""

    resource_type: t.ClassVar[str]  # as TagSpecifications want it, such as "vpc"

    def desired(self) -> State:
        """The Name tag is the name, so it is part of the tags whatever the user gives."""
        desired = super().desired()
        if self.options.get("tags") is not None:
            self.options["tags"] = {**self.options["tags"], "Name": self.name}
        return desired

    def tag_specifications(self, desired: State) -> list[dict[str, t.Any]]:
        """The tags for the creating call."""
        tags = {**desired.get("tags", {}), "Name": self.name}
        return [{"ResourceType": self.resource_type, "Tags": _tags.to_list(tags)}]

    def only(self, found: t.Sequence[dict[str, t.Any]] | None) -> dict[str, t.Any] | None:
        """The one resource of this name; several are refused, because any choice could be the wrong one."""
        if found and len(found) > 1:
            raise InfraError(
                f"{len(found)} resources of kind {self.kind} carry the Name tag {self.name}. "
                "Rename or remove all but one, then run again."
            )
        return found[0] if found else None

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("ec2", "create_tags", Resources=[current["id"]], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("ec2", "delete_tags", Resources=[current["id"]], Tags=[{"Key": name} for name in names])


def describe(aws: Aws, operation: str, result: str, **values: t.Any) -> list[dict[str, t.Any]]:
    """A describe operation with filters."""
    return aws.read("ec2", operation, result, Filters=filters(**values)) or []
