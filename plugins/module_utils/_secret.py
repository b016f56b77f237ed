# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Values modules read from AWS Secrets Manager themselves, so that they never pass through Ansible."""

from __future__ import annotations

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import NotFound
from ansible_collections.sdt.infra.plugins.module_utils._planned import planned

# A secret that is scheduled for deletion answers InvalidRequestException.
_MISSING = ("ResourceNotFoundException", "InvalidRequestException")


def value(aws: Aws, name: str) -> str:
    """The text of the secret; in check mode a placeholder where it does not exist yet."""
    found = look(aws, name)
    if found:
        return found
    if aws.check_mode:
        return planned("secret", name)
    raise NotFound(f"The secret {name} does not exist in {aws.region} or is empty: store its value first.")


def look(aws: Aws, name: str) -> str | None:
    """The text of the secret, or None where there is none."""
    found = aws.read("secretsmanager", "get_secret_value", missing=_MISSING, SecretId=name)
    return (found or {}).get("SecretString", "").strip() or None
