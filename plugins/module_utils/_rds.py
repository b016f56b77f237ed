# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the RDS resources share: tags, versions as numbers, and what RDS offers where."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource


class RdsResource(Resource):
    """A resource of RDS, which tags by ARN and keeps names in lower case."""

    @property
    def name(self) -> str:
        return super().name.lower()

    def tags_of(self, arn: str) -> dict[str, str]:
        """Tags where describing does not return them: a request of its own, so only when they are asked for."""
        if not self.wants_tags:
            return {}

        def read() -> dict[str, str]:
            return _tags.from_list(self.aws.read("rds", "list_tags_for_resource", "TagList", ResourceName=arn))

        return self.tags_at(arn, read)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("rds", "add_tags_to_resource", ResourceName=current["arn"], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("rds", "remove_tags_from_resource", ResourceName=current["arn"], TagKeys=names)


def instance_of(aws: Aws, name: str, fresh: bool = False) -> State | None:
    """The instance of this name as AWS describes it, out of one request for all; None where there is none."""
    found = aws.read("rds", "describe_db_instances", "DBInstances", fresh=fresh) or []
    return next((one for one in found if one["DBInstanceIdentifier"] == name.lower()), None)


def numeric(version: str) -> tuple[int, ...]:
    """A version for comparing: 15.9 comes before 15.10, and 15 before both."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def major(engine: str, version: str) -> str:
    """The part of a version that only a major upgrade changes: 15 of PostgreSQL 15.4, 8.0 of MySQL 8.0.36."""
    return ".".join(version.split(".")[: 1 if engine == "postgres" else 2])


def suffices(engine: str, version: str, wanted: str) -> bool:
    """Whether a version is of the wanted major version, and at least the wanted one."""
    return major(engine, version) == major(engine, wanted) and numeric(version) >= numeric(wanted)


def newest_orderable(aws: Aws, engine: str, wanted: str, instance_class: str) -> str:
    """The newest version of the wanted major version, at least the wanted one, that the class can run."""
    versions = sorted((one["EngineVersion"] for one in offered(aws, engine, wanted)), key=numeric, reverse=True)
    enough = [version for version in versions if suffices(engine, version, wanted)]
    if not enough:
        raise InfraError(
            f"RDS offers no {engine} {major(engine, wanted)} from {wanted} on in {aws.region}; "
            f"it offers {', '.join(versions[::-1]) or 'none of it'}. Correct engine_version."
        )
    for version in enough:
        if orderable(aws, engine, version, instance_class):
            return version
    raise InfraError(
        f"RDS does not offer {instance_class} for {engine} {wanted} in {aws.region}: choose another instance_class. "
        f"'aws rds describe-orderable-db-instance-options --engine {engine} --engine-version {enough[0]}' lists them."
    )


def upgrade_target(aws: Aws, engine: str, live: str, wanted: str) -> str:
    """The newest version of the wanted major version, at least the wanted one, to which live can be upgraded."""
    running = next((one for one in offered(aws, engine, live) if one["EngineVersion"] == live), None)
    if running is None:  # withdrawn for new instances; it still knows where it can go
        found = aws.read(
            "rds", "describe_db_engine_versions", "DBEngineVersions", Engine=engine, EngineVersion=live, IncludeAll=True
        )
        running = next(iter(found or []), {})
    targets = [one["EngineVersion"] for one in running.get("ValidUpgradeTarget", [])]
    enough = [version for version in targets if suffices(engine, version, wanted)]
    if not enough:
        raise InfraError(
            f"RDS cannot upgrade {engine} from {live} to {wanted}; from there it goes to "
            f"{', '.join(sorted(targets, key=numeric)) or 'no other version'}. Correct engine_version."
        )
    return max(enough, key=numeric)


def orderable(aws: Aws, engine: str, version: str, instance_class: str) -> list[dict[str, t.Any]]:
    """How RDS offers this class for this version here: one entry for each storage type, with the zones."""
    return (
        aws.read(
            "rds",
            "describe_orderable_db_instance_options",
            "OrderableDBInstanceOptions",
            Engine=engine,
            EngineVersion=version,
            DBInstanceClass=instance_class,
            Vpc=True,
        )
        or []
    )


def offered(aws: Aws, engine: str, version: str) -> list[dict[str, t.Any]]:
    """What RDS offers of the major version of this version, for new instances."""
    family = f"{engine}{major(engine, version)}"
    found = aws.read(
        "rds", "describe_db_engine_versions", "DBEngineVersions", Engine=engine, DBParameterGroupFamily=family
    )
    return [one for one in found or [] if one.get("Status", "available") == "available"]
