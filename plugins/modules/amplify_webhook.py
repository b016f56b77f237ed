#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: amplify_webhook
version_added: 0.1.0
short_description: Manage an incoming webhook of an Amplify branch
description:
  - Creates, changes and deletes a webhook that starts a build of a branch when its URL is called.
  - The URL contains its own key, so it is shown only when O(return_url) is set.
  - See U(https://docs.aws.amazon.com/amplify/latest/userguide/webhooks.html).
author: SDT platform engineering (@sdt)
options:
  branch:
    description: Name of the branch. A branch has at most one webhook that is managed by this module.
    type: str
  app:
    description: Name or id of the app. Every resource needs it, of itself or beside O(each).
    type: str
  description:
    description: Who calls the webhook.
    type: str
  return_url:
    description: Whether the result contains the URL. Use C(no_log) on the task then.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
"""

EXAMPLES = r"""
- name: Let the content system start builds
  sdt.infra.amplify_webhook:
    app: sdt-prod-frontend
    branch: main
    description: Content system
    return_url: true
  register: webhook
  no_log: true
"""

RETURN = r"""
amplify_webhook:
  description: The webhook. Missing when O(each) is used; see RV(resources).
  returned: when a single webhook is managed
  type: dict
  contains:
    id:
      description: Id of the webhook.
      type: str
    arn:
      description: ARN of the webhook.
      type: str
    branch:
      description: Name of the branch.
      type: str
    description:
      description: Who calls the webhook.
      type: str
    url:
      description: The URL to send a POST request to. A secret.
      returned: when O(return_url) is set
      type: str
resources:
  description: Every managed webhook by the name of its branch, with the keys of RV(amplify_webhook).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed webhook.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.sdt.infra.plugins.module_utils._amplify import GONE, PartOfApp
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run


class Webhook(PartOfApp):
    kind = "Amplify webhook"
    key = "amplify_webhook"
    identity = "branch"
    fields = ("description",)
    computed = ("id", "arn")

    def find(self) -> State | None:
        app_id = self.app_id()
        if app_id is None:
            return None
        webhooks = self.aws.read("amplify", "list_webhooks", "webhooks", appId=app_id, missing=GONE)
        found = [one for one in webhooks or [] if one["branchName"] == self.name]
        if len(found) > 1:
            raise InfraError(
                f"Branch {self.name} has {len(found)} webhooks: remove all but one in the Amplify console, then run again."
            )
        if not found:
            return None
        webhook = found[0]
        state = {
            "id": webhook["webhookId"],
            "arn": webhook["webhookArn"],
            "branch": self.name,
            "description": webhook.get("description") or "",
        }
        return {**state, "url": webhook["webhookUrl"]} if self.options["return_url"] else state

    def create(self, desired: State) -> None:
        self.aws.write("amplify", "create_webhook", appId=self.app_id(), branchName=self.name, **desired)

    def update(self, current: State, changes: State) -> None:
        self.aws.write("amplify", "update_webhook", webhookId=current["id"], **changes)

    def delete(self, current: State) -> None:
        self.aws.write("amplify", "delete_webhook", webhookId=current["id"], missing=GONE)


def main() -> None:
    run(
        Webhook,
        {
            "branch": {"type": "str"},
            "app": {"type": "str"},
            "description": {"type": "str"},
            "return_url": {"type": "bool", "default": False},
        },
        taggable=False,
        needs=("app",),
    )


if __name__ == "__main__":
    main()
