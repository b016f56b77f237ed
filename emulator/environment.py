# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What moto reads from the environment, some of it while being imported: prepare() comes before any moto import."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader

SETTINGS = {
    # Without these, no ARN below arn:aws:iam::aws:policy/ can be attached to a role.
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    # There is no instance here whose metadata botocore could wait for.
    "AWS_EC2_METADATA_DISABLED": "true",
}

# What would make moto or botocore serve another account, another endpoint or another profile than asked for.
FOREIGN = ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "MOTO_ACCOUNT_ID", "TEST_SERVER_MODE")


def prepare() -> None:
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(SETTINGS)
    _read_endpoints_once()


def _read_endpoints_once() -> None:
    """moto asks a new session for each partition's regions, and each session reads the same large file again."""
    read = JSONFileLoader.load_file
    endpoints = functools.cache(lambda path: read(JSONFileLoader(), path))

    def load_file(self: JSONFileLoader, path: str) -> Any:
        return endpoints(path) if Path(path).name == "endpoints" else read(self, path)

    JSONFileLoader.load_file = load_file
