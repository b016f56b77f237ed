# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.module_utils import _policy
from ansible_collections.sdt.infra.plugins.module_utils._s3_policy import Place, document, serves

PLACE = Place("logs", "aws", "eu-west-1", "123456789012")


def statements(**wanted: t.Any) -> dict[str, dict[str, t.Any]]:
    return {one.get("Sid", ""): one for one in document(PLACE, **wanted).get("Statement", [])}


def test_nothing_wanted_is_no_policy() -> None:
    assert document(PLACE) == {}


def test_tls_only_denies_everybody() -> None:
    one = statements(tls_only=True)["TlsOnly"]
    assert (one["Effect"], one["Principal"], one["Action"]) == ("Deny", "*", "s3:*")
    assert one["Resource"] == ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]


def test_load_balancers_of_this_account_and_region_may_write() -> None:
    one = statements(log_delivery=["alb"], log_prefix="alb/")["LoadBalancerLogDelivery"]
    assert one["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert one["Resource"] == "arn:aws:s3:::logs/alb/AWSLogs/123456789012/*"
    source = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/*"
    assert one["Condition"] == {"ArnLike": {"aws:SourceArn": source}}


def test_flow_logs_write_and_look() -> None:
    found = statements(log_delivery=["flow_logs"])
    write, look = found["AWSLogDeliveryWrite"], found["AWSLogDeliveryAclCheck"]
    for one in (write, look):
        assert one["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
        assert one["Condition"]["StringEquals"]["aws:SourceAccount"] == "123456789012"
        assert one["Condition"]["ArnLike"] == {"aws:SourceArn": "arn:aws:logs:eu-west-1:123456789012:*"}
    assert write["Condition"]["StringEquals"]["s3:x-amz-acl"] == "bucket-owner-full-control"
    assert "arn:aws:s3:::logs/AWSLogs/123456789012/*" in write["Resource"]
    assert look["Resource"] == "arn:aws:s3:::logs"


def test_access_logs_of_other_buckets() -> None:
    one = statements(log_delivery=["s3"])["S3ServerAccessLogs"]
    assert one["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert one["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_another_partition_has_other_arns() -> None:
    place = PLACE._replace(partition="aws-cn")
    assert "arn:aws:" not in json.dumps(document(place, tls_only=True, log_delivery=["alb", "flow_logs", "s3"]))


def test_a_statement_without_resource_is_about_the_bucket_and_its_objects() -> None:
    given = [{"Sid": "a", "Effect": "Allow"}, {"Sid": "b", "Effect": "Allow", "Resource": "arn:aws:s3:::logs/x"}]
    found = statements(statements=given)
    assert found["a"]["Resource"] == ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]
    assert found["b"]["Resource"] == "arn:aws:s3:::logs/x"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, False),
        ({"tls_only": True, "log_delivery": ["alb"]}, False),
        ({"cloudfront_distributions": ["arn:aws:cloudfront::123456789012:distribution/E1"]}, True),
        ({"statements": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}, True),
        ({"statements": [{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject"}]}, False),
    ],
)
def test_who_serves_the_files(wanted: dict[str, t.Any], expected: bool) -> None:
    assert serves(_policy.canonical(document(PLACE, **wanted)) or {}) is expected
