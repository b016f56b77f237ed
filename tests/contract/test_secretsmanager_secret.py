# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of secrets: what is generated, merged, hidden, restored."""

from __future__ import annotations

import json
import re
import typing as t

import pytest
from harness import ModuleFailed, run_module

NAME = "sdt/database"


@pytest.fixture
def api(emulator: t.Any) -> t.Any:
    return emulator.client("secretsmanager")


@pytest.fixture
def secret(emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "secretsmanager_secret", {"name": NAME, **options}, check=check)

    return call


def content(api: t.Any) -> dict[str, t.Any]:
    return json.loads(api.get_secret_value(SecretId=NAME)["SecretString"])


def test_a_password_is_made_once(api: t.Any, secret: t.Any) -> None:
    secret(generate={"password": {"length": 40}})
    password = content(api)["password"]
    assert re.fullmatch("[A-Za-z0-9]{40}", password)
    assert {str.islower, str.isupper, str.isdigit} == {
        kind for kind in (str.islower, str.isupper, str.isdigit) if any(map(kind, password))
    }
    result = secret(generate={"password": {"length": 50}, "pepper": {"punctuation": "!"}})
    assert result["diff"]["before"] == {"generate": ["password"]}
    assert result["diff"]["after"] == {"generate": ["password", "pepper"]}
    assert content(api)["password"] == password
    assert len(content(api)["pepper"]) == 32 and "!" in content(api)["pepper"]


def test_other_keys_are_kept(api: t.Any, secret: t.Any) -> None:
    secret(attributes={"username": "sdt_admin"}, generate={"password": {}})
    password = content(api)["password"]
    preview = secret(check=True, attributes={"host": "db.example.org", "port": 5432})
    result = secret(attributes={"host": "db.example.org", "port": 5432})
    assert preview["diff"] == result["diff"]
    assert result["secret"]["keys"] == ["host", "password", "port", "username"]
    assert content(api) == {"username": "sdt_admin", "password": password, "host": "db.example.org", "port": "5432"}
    assert not secret(attributes={"port": "5432"})["changed"]


def test_a_number_that_was_put_there_by_others_is_no_difference(emulator: t.Any, api: t.Any, secret: t.Any) -> None:
    api.create_secret(Name=NAME, SecretString='{"port": 5432, "ssl": true}')
    emulator.clear()
    assert not secret(attributes={"port": "5432", "ssl": True})["changed"]
    assert emulator.mutations() == []
    assert content(api) == {"port": 5432, "ssl": True}


def test_no_value_is_ever_shown(emulator: t.Any, secret: t.Any) -> None:
    hidden = ["hidden-first", "hidden-second", "hidden-third"]
    results = [
        secret(check=True, value={"key": hidden[0]}),
        secret(value={"key": hidden[0]}),
        secret(value={"key": hidden[1]}),
        run_module(emulator.url, "secretsmanager_secret", {"each": {NAME: {"value": {"key": hidden[2]}}}}),
    ]
    everything = json.dumps([*results, emulator.requests()])
    assert not [one for one in hidden if one in everything]
    assert results[2]["diff"]["after"] == {"value": "(hidden, changed)"}


def test_a_failure_shows_no_value_either(api: t.Any, secret: t.Any) -> None:
    api.create_secret(Name=NAME, SecretString="hidden-text")
    with pytest.raises(ModuleFailed, match="is no JSON object") as failed:
        secret(value={"key": "hidden-value"})
    assert "hidden" not in json.dumps(failed.value.result)
    assert secret(description="Text")["changed"], "the rest of it can be managed"


@pytest.mark.parametrize(
    ("how", "said"), [({"length": 7}, "from 8 to 128"), ({"long": 9}, "knows length and punctuation, not long")]
)
def test_odd_ways_to_generate_are_refused(secret: t.Any, how: dict[str, t.Any], said: str) -> None:
    with pytest.raises(ModuleFailed, match=said):
        secret(check=True, generate={"password": how})


def test_a_deleted_secret_is_restored_with_its_value(emulator: t.Any, api: t.Any, secret: t.Any) -> None:
    asked = {"description": "Credentials", "generate": {"password": {}}, "attributes": {"username": "sdt_admin"}}
    secret(**asked, tags={"Environment": "contract"})
    password = content(api)["password"]
    secret(state="absent", recovery_window_days=7)
    emulator.clear()
    assert not secret(state="absent")["changed"]
    assert emulator.mutations() == []

    asked["attributes"] = {"username": "sdt_admin", "host": "db.example.org"}
    preview = secret(check=True, **asked)
    restored = secret(**asked)
    assert preview["diff"] == restored["diff"]
    assert restored["diff"]["after"] == {"scheduled_deletion": False}
    assert content(api) == {"username": "sdt_admin", "password": password, "host": "db.example.org"}
    assert not secret(**asked, tags={"Environment": "contract"})["changed"]


def test_a_scheduled_secret_can_be_deleted_for_good(api: t.Any, secret: t.Any) -> None:
    secret(description="Credentials", replica_regions=[{"region": "us-west-2"}])
    secret(state="absent")
    assert secret(state="absent", force_delete=True)["changed"]
    assert api.list_secrets(IncludePlannedDeletion=True)["SecretList"] == []
    assert not secret(state="absent", force_delete=True)["changed"]


def test_a_key_is_the_same_by_every_name(emulator: t.Any, api: t.Any, secret: t.Any) -> None:
    kms = emulator.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/ours", TargetKeyId=key["KeyId"])
    api.create_secret(Name=NAME, SecretString="{}", KmsKeyId="alias/ours")
    for name in ("alias/ours", key["Arn"], key["KeyId"]):
        assert not secret(kms_key=name)["changed"]
    assert secret(kms_key="alias/aws/secretsmanager")["changed"]
    assert not secret(kms_key="alias/aws/secretsmanager")["changed"]
    assert not secret(kms_key="")["changed"]


def test_a_replica_region_without_a_key_keeps_its_key(api: t.Any, secret: t.Any) -> None:
    secret(replica_regions=[{"region": "us-west-2", "kms_key": "alias/ours"}])
    assert not secret(replica_regions=[{"region": "us-west-2"}])["changed"]
    assert secret(replica_regions=[])["changed"]
    assert "ReplicationStatus" not in api.describe_secret(SecretId=NAME)


def test_a_policy_for_everyone_is_refused(api: t.Any, secret: t.Any) -> None:
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    with pytest.raises(ModuleFailed, match="broad access"):
        secret(policy={"Version": "2012-10-17", "Statement": [everyone]})
