# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS's semantic rules: each is refused, with its code, by the rule that says so; and what is lenient."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

from emulator import rules, testing
from emulator.rule_list import document
from emulator.tests import refusals

for module in pkgutil.iter_modules(refusals.__path__):
    importlib.import_module(f"{refusals.__name__}.{module.name}")

CASES = {f"{case.rule or 'moto'}-{case.play.__name__}": case for case in refusals.CASES}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_call_is_refused(emulator, case):
    with pytest.raises(ClientError) as refused:
        case.play(refusals.Aws(emulator))
    response = refused.value.response
    assert response["Error"]["Code"] == case.code
    assert response["ResponseMetadata"]["HTTPHeaders"].get("x-emulator-rule") == case.rule
    assert 400 <= emulator.requests()[-1]["status"] < 500


def test_every_rule_has_a_test_and_a_page_of_aws():
    rules.load()
    assert set(rules.RULES) == {case.rule for case in refusals.CASES if case.rule}
    for rule in rules.RULES.values():
        assert rule.docs.startswith("https://docs.aws.amazon.com/"), rule.name
        assert rule.summary.endswith("."), rule.name


def test_there_are_enough_of_them():
    rules.load()
    assert len(rules.RULES) >= 100


def test_operations_of_rules_exist():
    from moto.core.utils import get_service_model

    rules.load()
    for rule in rules.RULES.values():
        assert set(rule.operations) <= set(get_service_model(rule.service).operation_names), rule.name


def test_the_document_is_current():
    assert (testing.ROOT / "emulator" / "RULES.md").read_text() == document(), (
        "Run: python -m emulator --list-rules > emulator/RULES.md"
    )


def test_the_rules_can_be_listed():
    listed = subprocess.run(
        [sys.executable, "-m", "emulator", "--list-rules"], cwd=testing.ROOT, capture_output=True, text=True, check=True
    )
    assert listed.stdout == document()


def test_a_quota_can_be_raised(emulator):
    ec2 = emulator.client("ec2")
    emulator.client("service-quotas").request_service_quota_increase(
        ServiceCode="vpc", QuotaCode="L-F678F1CE", DesiredValue=6
    )
    for number in range(5):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    with pytest.raises(ClientError, match="VpcLimitExceeded"):
        ec2.create_vpc(CidrBlock="10.9.0.0/16")


def test_a_dry_run_does_nothing_whatever_the_rules_say(emulator):
    ec2 = emulator.client("ec2")
    with pytest.raises(ClientError, match="DryRunOperation"):
        ec2.create_security_group(GroupName="what?", Description="test", DryRun=True)
    assert emulator.mutations() == []


def test_lenient_asks_for_neither_model_nor_rules():
    with testing.start(lenient=True) as lenient:
        ec2, logs = lenient.client("ec2"), lenient.client("logs")
        for number in range(6):
            ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
        logs.create_log_group(logGroupName="what?")
        logs.put_retention_policy(logGroupName="what?", retentionInDays=31)
        assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 31
