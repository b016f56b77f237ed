# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the Amplify resources share: tags, maps that are emptied, passwords from a secret."""

from __future__ import annotations

import base64
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _secret
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._planned import is_planned
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing, resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

GONE = ("NotFoundException",)


class AmplifyResource(Resource):
    """A resource whose tags Amplify keeps under its ARN."""

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("amplify", "tag_resource", resourceArn=current["arn"], tags=tags)

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("amplify", "untag_resource", resourceArn=current["arn"], tagKeys=names)


class PartOfApp(AmplifyResource):
    """A resource below an app, which the option app names."""

    def app_id(self) -> str | None:
        """The id of the app; None where it does not exist yet in check mode, or no longer when this is to be absent."""
        if self.options.get("state") == "absent":
            return existing(self.aws, "amplify_app", self.options["app"])
        found = resolve(self.aws, "amplify_app", self.options["app"])
        return None if is_planned(found) else found


def variables(values: dict[str, str]) -> dict[str, str]:
    """Environment variables for a request: an empty map would be ignored, this one empties."""
    return values or {"": ""}


def texts(values: dict[str, t.Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def credentials(aws: Aws, secret: str) -> str:
    """user:password from a secret in the form Amplify takes."""
    found = _secret.value(aws, secret)
    return found if is_planned(found) else base64.b64encode(found.encode()).decode()


def request(settings: State, names: dict[str, str]) -> dict[str, t.Any]:
    """The settings under Amplify's names."""
    return {names[option]: settings[option] for option in names if settings.get(option) is not None}
