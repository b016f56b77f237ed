# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/troubleshooting.md says what runs really say."""

from __future__ import annotations

import pathlib
import re
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

import troubleshooting

PARTS = yaml.safe_load(troubleshooting.MESSAGES.read_text())
MESSAGES = [one for part in PARTS for one in part["messages"]]


@pytest.fixture(scope="module")
def said() -> str:
    """All texts of the collection, without the breaks of lines."""
    folders = (("plugins", "**/*.py"), ("pipelines", "*.py"), ("roles", "**/*.yml"), ("playbooks", "*.yml"))
    files = [path for folder, pattern in folders for path in sorted((ROOT / folder).glob(pattern))]
    text = "\n".join(path.read_text() for path in files)
    return re.sub(r"\s+", " ", re.sub(r'"\s*\n?\s*f?"', "", text))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda one: one["says"][:40])
def test_each_message_is_said_somewhere_and_has_a_way_on(message: dict[str, str], said: str) -> None:
    assert message["says"] in said
    assert message["cause"] and message["help"]


def test_the_page_is_made_of_the_messages() -> None:
    assert troubleshooting.PAGE.read_text() == troubleshooting.page(), "run tools/troubleshooting.py"
