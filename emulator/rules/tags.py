# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tags, which all services keep by the same rules and refuse in words of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from emulator.rules import Refused, Request, rule
from emulator.rules.common import first_twice

DOCS = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"
MOST = 50
LONGEST_KEY, LONGEST_VALUE = 128, 256


class Tagging(NamedTuple):
    """Where a service takes tags, and its codes for a bad tag, for a key given twice, and for too many."""

    operations: tuple[str, ...]
    bad: str
    twice: str
    many: str
    modelled: tuple[str, ...] = ()  # the rules its model has already


SERVICES = {
    "ec2": Tagging(
        (
            "AllocateAddress",
            "CreateFlowLogs",
            "CreateInternetGateway",
            "CreateNatGateway",
            "CreateNetworkInterface",
            "CreateRouteTable",
            "CreateSecurityGroup",
            "CreateSubnet",
            "CreateTags",
            "CreateVpc",
            "CreateVpcEndpoint",
        ),
        "InvalidParameterValue",
        "InvalidParameterValue",
        "TagLimitExceeded",
    ),
    "ecr": Tagging(
        ("CreateRepository", "TagResource"),
        "InvalidTagParameterException",
        "InvalidTagParameterException",
        "TooManyTagsException",
    ),
    "ecs": Tagging(
        ("CreateCluster", "CreateService", "RegisterTaskDefinition", "RunTask", "TagResource"),
        "InvalidParameterException",
        "InvalidParameterException",
        "InvalidParameterException",
        ("tag_length", "tag_count"),
    ),
    "elbv2": Tagging(
        ("AddTags", "CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup"),
        "ValidationError",
        "DuplicateTagKeys",
        "TooManyTags",
        ("tag_length",),
    ),
    "rds": Tagging(
        (
            "AddTagsToResource",
            "CreateDBInstance",
            "CreateDBInstanceReadReplica",
            "CreateDBParameterGroup",
            "CreateDBSnapshot",
            "CreateDBSubnetGroup",
            "RestoreDBInstanceFromDBSnapshot",
            "RestoreDBInstanceToPointInTime",
        ),
        "InvalidParameterValue",
        "InvalidParameterValue",
        "InvalidParameterValue",
    ),
    "secretsmanager": Tagging(
        ("CreateSecret", "TagResource"),
        "InvalidParameterException",
        "InvalidParameterException",
        "InvalidParameterException",
        ("tag_length",),
    ),
    "sns": Tagging(
        ("CreateTopic", "TagResource"), "InvalidParameter", "InvalidParameter", "TagLimitExceeded", ("tag_length",)
    ),
}


def _tags(request: Request) -> list[list[tuple[str, str]]]:
    """The tags of a request, for each thing that gets some."""
    given = [request.get("Tags") or request.get("tags") or []]
    given += [one.get("Tags") or [] for one in request.get("TagSpecifications", [])]
    return [[_pair(tag) for tag in tags] for tags in given]


def _pair(tag: dict[str, Any]) -> tuple[str, str]:
    lower = {name.lower(): value for name, value in tag.items()}
    return lower.get("key") or "", lower.get("value") or ""


def _register(service: str, codes: Tagging) -> None:
    def on_tags(check: Callable[[list[tuple[str, str]]], None]) -> None:
        if check.__name__ in codes.modelled:
            return

        def every(request: Request) -> None:
            for tags in _tags(request):
                check(tags)

        every.__name__, every.__doc__ = check.__name__, check.__doc__
        rule(service, *codes.operations, docs=DOCS)(every)

    @on_tags
    def tag_prefix(tags: list[tuple[str, str]]) -> None:
        """The keys of tags do not begin with aws:, which AWS keeps for itself."""
        for key, _value in tags:
            if key.lower().startswith("aws:"):
                raise Refused(codes.bad, f"Tag keys starting with 'aws:' are reserved for internal use: {key}")

    @on_tags
    def tag_length(tags: list[tuple[str, str]]) -> None:
        """The key of a tag has from 1 to 128 characters, its value up to 256."""
        for key, value in tags:
            if not 0 < len(key) <= LONGEST_KEY:
                raise Refused(codes.bad, f"Tag keys must have from 1 to {LONGEST_KEY} characters: '{key}'")
            if len(value) > LONGEST_VALUE:
                raise Refused(codes.bad, f"Tag value exceeds the maximum length of {LONGEST_VALUE} characters: {value}")

    @on_tags
    def tag_keys_differ(tags: list[tuple[str, str]]) -> None:
        """No two tags of a thing have the same key."""
        twice = first_twice(key for key, _value in tags)
        if twice:
            raise Refused(codes.twice, f"Duplicate tag key '{twice}' specified.")

    @on_tags
    def tag_count(tags: list[tuple[str, str]]) -> None:
        """A thing has up to 50 tags."""
        if len(tags) > MOST:
            raise Refused(codes.many, f"The maximum number of tags for a resource is {MOST}.")


for _service, _codes in SERVICES.items():
    _register(_service, _codes)
