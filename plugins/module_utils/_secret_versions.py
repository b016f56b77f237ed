# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""A secret whose value is exchanged by versions: a pending one is tried before it counts.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html#term_version
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
_LENGTH = 40  # characters of a password
_MISSING = ("ResourceNotFoundException",)


class Secret:
    """A secret that exists, whose value is a JSON object."""

    def __init__(self, aws: Aws, name: str):
        self._aws = aws
        self._name = name
        found: t.Any = self._describe()
        if found is None:
            raise NotFound(f"The secret {name} does not exist in {aws.region}: run site.yml first.")
        if found.get("DeletedDate"):
            raise InfraError(
                f"The secret {name} is being deleted: restore it with 'aws secretsmanager restore-secret --secret-id "
                f"{name}', and run again."
            )
        self.tags = _tags.from_list(found.get("Tags"))

    @property
    def begun(self) -> bool:
        """Whether there is a pending version that does not count yet."""
        versions = self._stages()
        return PENDING in versions and versions[PENDING] != versions.get(CURRENT)

    def value(self, stage: str = CURRENT) -> State:
        """The value of a version; {} where there is none."""
        if stage not in self._stages():
            return {}
        found = self._aws.read(
            "secretsmanager",
            "get_secret_value",
            "SecretString",
            missing=_MISSING,
            fresh=True,
            SecretId=self._name,
            VersionStage=stage,
        )
        try:
            value = json.loads(found or "{}")
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise InfraError(f"The value of the secret {self._name} is no JSON object: remove it, and run site.yml.")
        return value

    def password(self) -> str:
        """A new password; PostgreSQL and connection strings take letters and digits without more ado."""
        return self._aws.read(
            "secretsmanager",
            "get_random_password",
            "RandomPassword",
            fresh=True,
            PasswordLength=_LENGTH,
            ExcludePunctuation=True,
        )

    def put(self, value: State, stage: str) -> None:
        """Another version of the value."""
        text = json.dumps(value, sort_keys=True)
        self._aws.write(
            "secretsmanager", "put_secret_value", SecretId=self._name, SecretString=text, VersionStages=[stage]
        )

    def promote(self) -> None:
        """The pending version is the one that counts from now on."""
        stages = self._stages()
        pending, before = stages[PENDING], stages.get(CURRENT)
        moved = {"RemoveFromVersionId": before} if before else {}
        self._stage(CURRENT, MoveToVersionId=pending, **moved)
        self._stage(PENDING, RemoveFromVersionId=pending)

    def tag(self, name: str) -> None:
        """Mark the secret."""
        tags = _tags.to_list({name: "true"})
        self._aws.write("secretsmanager", "tag_resource", SecretId=self._name, Tags=tags)

    def untag(self, name: str) -> None:
        """Remove a mark."""
        self._aws.write("secretsmanager", "untag_resource", SecretId=self._name, TagKeys=[name])

    def _stage(self, stage: str, **move: t.Any) -> None:
        self._aws.write(
            "secretsmanager", "update_secret_version_stage", SecretId=self._name, VersionStage=stage, **move
        )

    def _stages(self) -> dict[str, str]:
        """stage -> id of the version that has it"""
        versions = (self._describe() or {}).get("VersionIdsToStages", {})
        return {stage: version for version, stages in versions.items() for stage in stages}

    def _describe(self) -> t.Any:
        return self._aws.read("secretsmanager", "describe_secret", missing=_MISSING, SecretId=self._name)
