# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client that starts from what is known is the same client."""

from __future__ import annotations

import json
import types

import boto3
import botocore.loaders
import botocore.session
import pytest
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_botocore, _warm_process

SERVICES = ("ec2", "s3", "sts", "iam", "elbv2")
CREDENTIALS = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "secretexample"}


def describe(service: str, region: str = "eu-central-1", **options) -> dict:
    """What can be seen of a client from outside, including the request it would send."""
    session = boto3.session.Session(**CREDENTIALS, region_name=region)
    client = session.client(service, **options)
    sent = []

    def remember(request, **_more):
        signature = request.headers.get("Authorization", b"")[:40]
        sent.append([request.method, request.url.partition("?")[0], repr(signature)])
        raise RuntimeError("not sent")

    client.meta.events.register("before-send", remember)
    call = {"ec2": "describe_vpcs", "s3": "list_buckets", "sts": "get_caller_identity", "iam": "list_roles"}
    with pytest.raises(RuntimeError):
        getattr(client, call.get(service, "describe_load_balancers"))()
    return {
        "class": type(client).__name__,
        "bases": [base.__name__ for base in type(client).__mro__],
        "attributes": sorted(dir(client)),
        "operations": client.meta.method_to_api_mapping,
        "endpoint": client.meta.endpoint_url,
        "region": client.meta.region_name,
        "partition": client.meta.partition,
        "waiters": client.waiter_names,
        "pages": sorted(name for name in client.meta.method_to_api_mapping if client.can_paginate(name)),
        "exceptions": sorted(dir(client.exceptions)),
        "retries": client.meta.config.retries,
        "sent": sent,
        "resources": session.get_available_resources(),
        "services": session.get_available_services(),
    }


@pytest.fixture(scope="module")
def cache():
    reports = []
    cache = _warm_botocore.ClientCache(reports.append)
    cache.fill(SERVICES)
    assert reports == []
    return cache


def in_child(cache, function):
    def answer():
        print(json.dumps(function(), default=str))

    code, stdout, stderr = _warm_process.run_in_fork(cache.install, answer, None, {})
    assert code == 0, stderr.decode()
    return json.loads(stdout)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "options",
    [{}, {"region": "us-east-1"}, {"region": "cn-north-1"}, {"endpoint_url": "http://127.0.0.1:9"}],
    ids=lambda options: "".join(options.values()),
)
def test_a_client_is_the_same(cache, service, options):
    ordinary = json.loads(json.dumps(describe(service, **options), default=str))
    assert in_child(cache, lambda: describe(service, **options)) == ordinary


def test_two_clients_of_one_process_are_apart(cache):
    def function():
        first, second = (boto3.session.Session(**CREDENTIALS, region_name=name) for name in ("eu-west-1", "us-east-1"))
        clients = [session.client("ec2") for session in (first, second)]
        clients[0].meta.events.register("before-send", lambda **_: None)
        return [client.meta.endpoint_url for client in clients]

    assert in_child(cache, function) == ["https://ec2.eu-west-1.amazonaws.com", "https://ec2.us-east-1.amazonaws.com"]


def test_a_service_that_was_not_read_works_too(cache):
    assert in_child(cache, lambda: boto3.client("sqs", "eu-west-1", **CREDENTIALS).meta.endpoint_url) == (
        "https://sqs.eu-west-1.amazonaws.com"
    )


def test_models_of_the_user_are_used(cache, tmp_path, monkeypatch):
    place = tmp_path / "mine" / "2026-01-01"
    place.mkdir(parents=True)
    (place / "service-2.json").write_text("{}")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert "mine" in in_child(cache, lambda: boto3.session.Session().get_available_services())


def test_this_process_is_unchanged(cache):
    assert botocore.session.create_loader is botocore.loaders.create_loader
    assert not botocore.session.create_loader()._cache


def test_nothing_of_the_configuration_is_kept(monkeypatch, tmp_path):
    keys = "aws_access_key_id = KEYINFILE\naws_secret_access_key = x\n"
    (tmp_path / "config").write_text(f"[default]\nregion = mars-north-1\n{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "KEYINENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    cache = _warm_botocore.ClientCache(lambda _text: None)
    cache.fill(["sts"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ANOTHERKEY")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    key = lambda: boto3.session.Session().get_credentials().access_key  # noqa: E731
    found = in_child(cache, lambda: [key(), boto3.client("sts", "us-west-2").meta.region_name])
    assert found == ["ANOTHERKEY", "us-west-2"]


def test_a_place_that_looks_different_is_left_as_it_is(monkeypatch):
    reports = []
    monkeypatch.setattr(botocore.session, "create_loader", lambda path, news: None)
    monkeypatch.delattr(botocore.client.ClientCreator, "_create_name_mapping")
    monkeypatch.setattr(botocore.regions, "EndpointProvider", types.SimpleNamespace())
    cache = _warm_botocore.ClientCache(reports.append)
    cache.install()
    try:
        assert botocore.session.create_loader(None, None) is None
        assert sorted(report.partition(": ")[2].partition(":")[0] for report in reports) == [
            "ClientCreator._create_name_mapping",
            "botocore.regions.EndpointProvider",
            "botocore.session.create_loader",
        ]
    finally:
        for place in cache._replacements:
            setattr(place.owner, place.name, place.original)
