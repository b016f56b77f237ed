# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Secrets Manager: names, values, keys, and who may read."""

from __future__ import annotations

import re

from emulator.rules import Refused, Request, rule
from emulator.rules.common import statements, unknown_principals
from emulator.rules.kms import find_key

API = "https://docs.aws.amazon.com/secretsmanager/latest/apireference"
NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+")
WRITING = ("CreateSecret", "UpdateSecret", "PutSecretValue")


@rule("secretsmanager", "CreateSecret", docs=f"{API}/API_CreateSecret.html")
def secret_name(request: Request) -> None:
    """The name of a secret has letters, digits and the signs /_+=.@!-."""
    if not NAME.fullmatch(request["Name"]):
        raise Refused(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        )


@rule("secretsmanager", *WRITING, docs=f"{API}/API_CreateSecret.html")
def one_value(request: Request) -> None:
    """The value of a secret is text or binary."""
    if "SecretString" in request and "SecretBinary" in request:
        raise Refused(
            "InvalidParameterException", "You can't specify both a SecretString value and a SecretBinary value."
        )


@rule("secretsmanager", "CreateSecret", "UpdateSecret", docs=f"{API}/API_CreateSecret.html")
def encryption_key(request: Request) -> None:
    """The key that encrypts a secret exists and is enabled."""
    wanted = request.get("KmsKeyId")
    if wanted is None or wanted.endswith("alias/aws/secretsmanager"):
        return
    key = find_key(request, wanted)
    if key is None or not key.enabled:
        raise Refused(
            "EncryptionFailure",
            "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the "
            "KMS key is available, enabled, and not in an invalid state.",
        )


@rule("secretsmanager", "PutResourcePolicy", docs=f"{API}/API_PutResourcePolicy.html")
def policy_principals(request: Request) -> None:
    """Who may use a secret exists."""
    try:
        found = [arn for one in statements(request["ResourcePolicy"]) for arn in unknown_principals(request, one)]
    except ValueError:
        return
    if found:
        raise Refused(
            "MalformedPolicyDocumentException", f"This resource policy contains an unsupported principal: {found[0]}"
        )
