# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of s3_bucket: emptying, regions, other owners, and what is left alone."""

from __future__ import annotations

import json
import typing as t

import pytest
from harness import ModuleFailed, run_module

BUCKET = "sdt-test"


@pytest.fixture
def manage(emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "s3_bucket", {"name": BUCKET, **options}, check=check)

    return call


def fill(emulator: t.Any, keys: int) -> None:
    s3 = emulator.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for number in range(keys):
        s3.put_object(Bucket=BUCKET, Key=f"a/{number} ä+", Body=b"x")
    s3.delete_object(Bucket=BUCKET, Key="a/0 ä+")
    s3.create_multipart_upload(Bucket=BUCKET, Key="unfinished")


@pytest.mark.parametrize("check", [True, False])
def test_a_bucket_with_objects_is_refused(emulator: t.Any, manage: t.Any, check: bool) -> None:
    manage()
    fill(emulator, 3)
    emulator.clear()
    with pytest.raises(ModuleFailed, match="holds 4 objects.*force_empty"):
        manage(check=check, state="absent")
    assert emulator.mutations() == []


def test_more_objects_than_fit_in_one_request_are_removed(emulator: t.Any, manage: t.Any) -> None:
    manage()
    fill(emulator, 1001)
    with pytest.raises(ModuleFailed, match="more than 1000 objects"):
        manage(state="absent")
    assert manage(check=True, state="absent", force_empty=True)["changed"]
    assert manage(state="absent", force_empty=True)["changed"]
    assert emulator.client("s3").list_buckets()["Buckets"] == []
    assert not manage(state="absent", force_empty=True)["changed"]


def test_only_what_differs_is_written(emulator: t.Any, manage: t.Any) -> None:
    options = {"public_access_block": {}, "object_ownership": "BucketOwnerEnforced", "encryption": {}, "tls_only": True}
    emulator.clear()
    manage(**options)
    assert [call["operation"] for call in emulator.mutations()] == ["CreateBucket", "PutBucketPolicy"]
    emulator.clear()
    manage(**options, versioning=True)
    assert [call["operation"] for call in emulator.mutations()] == ["PutBucketVersioning"]


def test_only_what_is_given_is_read(emulator: t.Any, manage: t.Any) -> None:
    manage()
    emulator.clear()
    manage(versioning=False)
    assert [call["operation"] for call in emulator.requests()] == ["HeadBucket", "GetBucketVersioning"]


def test_a_bucket_elsewhere(emulator: t.Any, manage: t.Any) -> None:
    assert manage(region="eu-west-1")["bucket"]["region"] == "eu-west-1"
    assert emulator.client("s3").get_bucket_location(Bucket=BUCKET)["LocationConstraint"] == "eu-west-1"
    assert not manage(region="eu-west-1")["changed"]
    with pytest.raises(ModuleFailed, match="exists in eu-west-1.*cannot move to us-east-1"):
        manage()


@pytest.mark.parametrize("check", [True, False])
def test_a_name_that_belongs_to_another_account(emulator: t.Any, manage: t.Any, check: bool) -> None:
    manage(assume_role_arn="arn:aws:iam::222222222222:role/theirs")
    with pytest.raises(ModuleFailed, match="taken by another AWS account"):
        manage(check=check)


def test_the_policy_is_sent_as_people_write_it(emulator: t.Any, manage: t.Any) -> None:
    manage(tls_only=True)
    found = json.loads(emulator.client("s3").get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert [(one["Effect"], one["Principal"], one["Action"]) for one in found] == [("Deny", "*", "s3:*")]
    assert found[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_policy_is_left_alone_when_nothing_is_asked_of_it(emulator: t.Any, manage: t.Any) -> None:
    manage(tls_only=True)
    assert not manage()["changed"]
    assert manage(tls_only=False)["actions"][0]["fields"] == ["policy"]
    s3 = emulator.client("s3")
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=BUCKET)


def test_tags_of_others_stay_without_purge(emulator: t.Any, manage: t.Any) -> None:
    manage(tags={"Owner": "a", "Old": "x"})
    result = manage(tags={"Owner": "b"}, purge_tags=False)
    assert result["bucket"]["tags"] == {"Owner": "b", "Old": "x"}
    assert manage(tags={})["bucket"]["tags"] == {}


def test_blocked_encryption_types_survive_a_change_of_the_algorithm(emulator: t.Any, manage: t.Any) -> None:
    manage()
    manage(encryption={"algorithm": "aws:kms"})
    rule = emulator.client("s3").get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert rule["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"encryption": {"kms_key": "alias/a"}}, "kms_key needs the algorithm"),
        ({"encryption": {"algorithm": "aws:kms"}, "log_delivery": ["alb"]}, "only to buckets encrypted with AES256"),
        ({"log_delivery": ["alb"], "log_prefix": "AWSLogs/"}, "must not contain AWSLogs"),
        ({"lifecycle": [{"id": "nothing"}]}, "rule nothing does nothing"),
        ({"lifecycle": [{"id": "a", "noncurrent_keep": 3}]}, "noncurrent_expire_after_days"),
        ({"intelligent_tiering": [{"id": "a"}]}, "configuration a does nothing"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_made(
    emulator: t.Any, manage: t.Any, options: dict[str, t.Any], said: str
) -> None:
    with pytest.raises(ModuleFailed, match=said):
        manage(check=True, **options)


def test_files_for_browsers_that_nobody_serves_are_warned_about(emulator: t.Any, manage: t.Any) -> None:
    served = {"cloudfront_distributions": ["arn:aws:cloudfront::123456789012:distribution/E1ABCDEFGHIJKL"]}
    for check in (True, False):
        assert "private" in str(manage(check=check, warn_unserved=True, tls_only=True).get("warnings"))
    assert "warnings" not in manage(warn_unserved=True, tls_only=True, **served)


def test_several_buckets_in_one_call(emulator: t.Any) -> None:
    options = {"each": {"sdt-a": {"versioning": True}, "sdt-b": None}, "tags": {"Owner": "platform"}}
    assert set(run_module(emulator.url, "s3_bucket", options)["resources"]) == {"sdt-a", "sdt-b"}
    assert not run_module(emulator.url, "s3_bucket", options)["changed"]
