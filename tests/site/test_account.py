# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Another account: by a role that is assumed, with an external id, or by a profile."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from walks import nothing_to_do, site

OTHER = "210987654321"
ROLE = f"arn:aws:iam::{OTHER}:role/deploy"
LIMIT = ("--limit", "account,app-logs,cluster,network")  # buckets, ECS and EC2 have protocols of their own
ASSUME = ("-e", f"platform_assume_role_arn={ROLE}", "-e", "platform_assume_role_external_id=secret-word")


@pytest.fixture
def other(emulator: t.Any) -> t.Any:
    """An account with a role that asks for an external id. Returns what makes clients of that account."""
    bootstrap = f"arn:aws:iam::{OTHER}:role/bootstrap"
    keys = emulator.client("sts").assume_role(RoleArn=bootstrap, RoleSessionName="test")["Credentials"]

    def client(service: str) -> t.Any:
        return emulator.client(
            service,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "secret-word"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    client("iam").create_role(RoleName="deploy", AssumeRolePolicyDocument=document)
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    client("iam").put_role_policy(RoleName="deploy", PolicyName="everything", PolicyDocument=policy)
    emulator.clear()
    return client


def accounts(emulator: t.Any) -> set[str]:
    """The accounts of all requests but those that ask for the role."""
    return {call["account"] for call in emulator.requests() if call["operation"] != "AssumeRole"}


@pytest.mark.long
def test_everything_happens_in_the_account_of_the_role(emulator: t.Any, other: t.Any) -> None:
    site(emulator, "dev", *LIMIT, *ASSUME).must_succeed()
    assert accounts(emulator) == {OTHER}
    assert [one["Name"] for one in other("s3").list_buckets()["Buckets"]] == [f"sdt-dev-app-logs-{OTHER}"]
    assert emulator.client("s3").list_buckets()["Buckets"] == []
    nothing_to_do(emulator, "dev", *LIMIT, *ASSUME)
    assert accounts(emulator) == {OTHER}


def test_a_role_that_is_refused_is_told_and_nothing_more_is_asked(emulator: t.Any, other: t.Any) -> None:
    run = site(emulator, "dev", *LIMIT, "-e", f"platform_assume_role_arn={ROLE}")
    assert run.returncode != 0
    assert len(run.failures) == 1
    assert ROLE in run.failures[0]
    assert {call["service"] for call in emulator.requests()} == {"sts"}


def test_the_account_of_the_role_is_the_one_that_is_checked(emulator: t.Any, other: t.Any) -> None:
    run = site(emulator, "dev", *LIMIT, *ASSUME, "-e", "platform_account_id=123456789012")
    assert run.returncode != 0
    assert OTHER in run.failures[0] and "123456789012" in run.failures[0]
    assert {call["service"] for call in emulator.requests()} == {"sts"}


def test_a_profile_leads_to_its_account(emulator: t.Any, other: t.Any, tmp_path: pathlib.Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile base]\naws_access_key_id = testing\naws_secret_access_key = testing\n"
        f"[profile deploy]\nrole_arn = {ROLE}\nsource_profile = base\nexternal_id = secret-word\nregion = us-east-1\n"
    )
    # Keys in the environment would be refused together with a profile.
    process = {"AWS_CONFIG_FILE": str(config), "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    site(emulator, "dev", *LIMIT, "-e", "platform_profile=deploy", **process).must_succeed()
    assert accounts(emulator) == {OTHER}
    assert [one["Name"] for one in other("s3").list_buckets()["Buckets"]] == [f"sdt-dev-app-logs-{OTHER}"]
