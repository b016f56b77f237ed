#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_event_subscription
version_added: 0.1.0
short_description: Manage an RDS event subscription
description:
  - Creates, changes and deletes what sends events of databases, such as a failover, to an SNS topic.
  - The policy of the topic has to let C(events.rds.amazonaws.com) publish.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the subscription, up to 255 letters, digits and hyphens. It is kept in lower case.
    type: str
  topic:
    description:
      - Name or ARN of the SNS topic, which must not be a FIFO topic.
      - Required when the subscription is created.
    type: str
  source_type:
    description:
      - What kind of source is listened to. Left out at creation, it is every kind.
      - A change replaces the subscription.
    type: str
    choices:
      - db-instance
      - db-cluster
      - db-parameter-group
      - db-security-group
      - db-snapshot
      - db-cluster-snapshot
      - db-proxy
      - zero-etl
      - custom-engine-version
      - blue-green-deployment
  sources:
    description: Identifiers of the sources, which have to exist. An empty list means all of O(source_type), which is required then too.
    type: list
    elements: str
  categories:
    description:
      - Categories of events, such as V(failover) or V(low storage). An empty list means all.
      - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html).
    type: list
    elements: str
  enabled:
    description: Whether events are sent.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
  - sdt.infra.resource.wait
"""

EXAMPLES = r"""
- name: Tell the team what happens to the database
  sdt.infra.rds_event_subscription:
    name: sdt-prod-database
    topic: sdt-prod-alarms
    source_type: db-instance
    sources: [sdt-prod-postgres, sdt-prod-postgres-replica]
    categories: [failover, failure, low storage, maintenance]
"""

RETURN = r"""
event_subscription:
  description: The subscription. Missing when O(each) is used; see RV(resources).
  returned: when a single subscription is managed
  type: dict
  contains:
    arn:
      description: ARN of the subscription.
      type: str
      sample: arn:aws:rds:us-east-1:123456789012:es:sdt-prod-database
    name:
      description: Name of the subscription.
      type: str
    topic:
      description: ARN of the topic.
      type: str
    status:
      description: Its status; V(active) when events are sent.
      type: str
      sample: active
    sources:
      description: Identifiers of the sources.
      type: list
      elements: str
    categories:
      description: Categories of events.
      type: list
      elements: str
    enabled:
      description: Whether events are sent.
      type: bool
    tags:
      description: Tags of the subscription.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed subscription by its name, with the keys of RV(event_subscription).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "event_subscription", "name": "sdt-prod-database", "fields": ["categories"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._rds import RdsResource
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve

_GONE = ("SubscriptionNotFound",)
# What passes by itself: the policy of a topic that is not known everywhere yet, a change still under way, and a
# subscription of this name that is on its way out.
_UNAUTHORIZED = "SNSNoAuthorization"
_BUSY = "InvalidEventSubscriptionState"
_LEAVING = "SubscriptionAlreadyExist"
_LOST = {
    "no-permission": "RDS may not publish to its topic: let events.rds.amazonaws.com publish there",
    "topic-not-exist": "its topic does not exist any more: create it, or name another",
}
# option -> what ModifyEventSubscription calls it
_SETTINGS = {"topic": "SnsTopicArn", "categories": "EventCategories", "enabled": "Enabled"}


class EventSubscription(RdsResource):
    kind = "RDS event subscription"
    key = "event_subscription"
    fields = ("topic", "source_type", "sources", "categories", "enabled")
    replace_on = frozenset({"source_type"})
    computed = ("arn",)

    def find(self) -> State | None:
        found = self.aws.read("rds", "describe_event_subscriptions", "EventSubscriptionsList") or []
        one = next((one for one in found if one["CustSubscriptionId"].lower() == self.name), None)
        if one is None:
            return None
        return {
            "arn": one["EventSubscriptionArn"],
            "name": self.name,
            "topic": one["SnsTopicArn"],
            "source_type": one.get("SourceType"),
            "sources": sorted(one.get("SourceIdsList") or []),
            "categories": sorted(one.get("EventCategoriesList") or []),
            "enabled": one["Enabled"],
            "status": one["Status"],
            "tags": self.tags_of(one["EventSubscriptionArn"]),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "topic" in desired:
            desired["topic"] = resolve(self.aws, "topic", desired["topic"])
        for option in ("sources", "categories"):
            if option in desired:
                desired[option] = sorted(set(desired[option]))
        return desired

    def ready(self, state: State) -> bool:
        for problem in self.warnings(state):
            raise InfraError(problem)
        return state["status"] == "active"

    def warnings(self, state: State) -> list[str]:
        lost = _LOST.get(state.get("status", ""))
        return [f"{self.kind} {self.name} sends nothing, as {lost}."] if lost else []

    def leaving(self, state: State) -> bool:
        return state["status"] == "deleting"

    def create(self, desired: State) -> None:
        if "topic" not in desired:
            raise InfraError(f"{self.kind} {self.name} does not exist; give topic to create it.")
        request: State = {_SETTINGS[option]: desired[option] for option in _SETTINGS if option in desired}
        if "source_type" in desired:
            request["SourceType"] = desired["source_type"]
        if desired.get("sources"):
            request["SourceIds"] = desired["sources"]
        self.aws.write(
            "rds",
            "create_event_subscription",
            retry=(_UNAUTHORIZED, _LEAVING),
            SubscriptionName=self.name,
            Tags=_tags.to_list(desired.get("tags")),
            **request,
        )

    def replace(self, current: State, desired: State) -> None:
        tags = self.aws.read("rds", "list_tags_for_resource", "TagList", ResourceName=current["arn"])
        self.delete(current)
        # Sources and categories are those of a kind, so they do not outlive it.
        self.create({"topic": current["topic"], "tags": _tags.from_list(tags), **desired})

    def update(self, current: State, changes: State) -> None:
        settings = {_SETTINGS[option]: changes[option] for option in _SETTINGS if option in changes}
        if settings:
            self._write("modify_event_subscription", **settings)
        if "sources" in changes:
            before, after = set(current["sources"]), set(changes["sources"])
            # New ones first: without any source it would listen to all.
            for source in sorted(after - before):
                self._write("add_source_identifier_to_subscription", SourceIdentifier=source)
            for source in sorted(before - after):
                self._write("remove_source_identifier_from_subscription", ("SourceNotFound",), SourceIdentifier=source)

    def delete(self, current: State) -> None:
        self._write("delete_event_subscription", _GONE)

    def _write(self, operation: str, missing: tuple[str, ...] = (), **request: t.Any) -> None:
        self.aws.write(
            "rds", operation, missing=missing, retry=(_UNAUTHORIZED, _BUSY), SubscriptionName=self.name, **request
        )


def main() -> None:
    run(
        EventSubscription,
        {
            "name": {"type": "str"},
            "topic": {"type": "str"},
            "source_type": {
                "type": "str",
                "choices": [
                    "db-instance",
                    "db-cluster",
                    "db-parameter-group",
                    "db-security-group",
                    "db-snapshot",
                    "db-cluster-snapshot",
                    "db-proxy",
                    "zero-etl",
                    "custom-engine-version",
                    "blue-green-deployment",
                ],
            },
            "sources": {"type": "list", "elements": "str"},
            "categories": {"type": "list", "elements": "str"},
            "enabled": {"type": "bool", "default": True},
        },
        waits=True,
        required_by={"sources": ("source_type",)},
    )


if __name__ == "__main__":
    main()
