# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module

ARN = "arn:aws:sns:us-east-1:123456789012:alarms"
LONG = {"topic_arn": ARN, "subject": "s" * 150, "text": "ä" * 200_000}  # more than AWS takes of either


def test_a_message_is_published_once_and_in_a_preview_not_at_all(emulator: t.Any) -> None:
    emulator.client("sns").create_topic(Name="alarms")
    emulator.clear()
    assert run_module(emulator.url, "sns_message", LONG, check=True)["changed"]
    assert emulator.mutations() == []
    assert run_module(emulator.url, "sns_message", LONG)["message_id"]
    assert [call["operation"] for call in emulator.mutations()] == ["Publish"]


def test_a_topic_nobody_knows_is_named(emulator: t.Any) -> None:
    with pytest.raises(ModuleFailed, match=f"Could not tell topic {ARN}"):
        run_module(emulator.url, "sns_message", {"topic_arn": ARN, "text": "hello"})
