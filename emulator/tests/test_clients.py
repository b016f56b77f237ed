# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Connections, and many clients at once."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.tests.documents import TRUST

CLIENTS = 16
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
)


@pytest.fixture
def connection(emulator):
    made = http.client.HTTPConnection(urllib.parse.urlsplit(emulator.url).netloc, timeout=20)
    yield made
    made.close()


def asked(connection, service, body=None, headers=None, method="POST", path="/"):
    scope = {"Authorization": AUTHORIZATION.format(service)}
    connection.request(method, path, body, {**scope, **(headers or {})})
    return connection.getresponse()


def test_sixteen_clients_write_and_read_at_once(emulator):
    """Each finds what it made and nothing is lost, whatever the others do meanwhile."""
    ready = threading.Barrier(CLIENTS)
    vpc = emulator.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    emulator.clear()

    def work(number):
        name = f"client-{number}"
        ec2, ecs, iam, s3 = (emulator.client(service) for service in ("ec2", "ecs", "iam", "s3"))
        ready.wait(20)
        tags = [{"ResourceType": "subnet", "Tags": [{"Key": "Name", "Value": name}]}]
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", TagSpecifications=tags)
        subnet = made["Subnet"]["SubnetId"]
        ecs.create_cluster(clusterName=name)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="a", Body=name.encode())
        assert s3.get_object(Bucket=name, Key="a")["Body"].read() == name.encode()
        found = ec2.describe_subnets(Filters=[{"Name": "tag:Name", "Values": [name]}])["Subnets"]
        assert [one["SubnetId"] for one in found] == [subnet]
        assert name in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        assert ecs.describe_clusters(clusters=[name])["clusters"][0]["status"] == "ACTIVE"
        ec2.delete_subnet(SubnetId=subnet)
        iam.delete_role(RoleName=name)
        return subnet

    with ThreadPoolExecutor(CLIENTS) as pool:
        subnets = list(pool.map(work, range(CLIENTS)))

    assert len(set(subnets)) == CLIENTS
    calls = emulator.requests()
    assert [call for call in calls if call["status"] >= 400] == []
    assert len(calls) == 11 * CLIENTS
    left = [subnet["SubnetId"] for subnet in emulator.client("ec2").describe_subnets()["Subnets"]]
    assert not set(subnets) & set(left)
    assert len(emulator.client("ecs").list_clusters()["clusterArns"]) == CLIENTS


def test_a_connection_stays_open(connection):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(3):
        response = asked(connection, "sts", "Action=GetCallerIdentity&Version=2011-06-15", form)
        assert b"123456789012" in response.read()
        assert response.getheader("Connection") is None
    assert not response.will_close


def test_no_header_tells_of_another_server(emulator):
    headers = emulator.client("sts").get_caller_identity()["ResponseMetadata"]["HTTPHeaders"]
    assert "Werkzeug" not in headers.get("server", "")
    assert headers["date"].endswith("GMT")


def test_a_client_that_asks_for_it_has_its_connection_closed(connection):
    form = {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
    response = asked(connection, "sts", "Action=GetCallerIdentity&Version=2011-06-15", form)
    assert response.status == 200
    assert response.will_close


def test_what_a_refused_request_brought_is_not_taken_for_the_next_one(connection):
    refused = asked(connection, "s3", b"x" * 100_000, method="PUT", path="/no-such-bucket/key")
    assert refused.status == 404
    refused.read()
    assert asked(connection, "s3", method="GET", path="/").status == 200


def test_a_head_request_has_the_length_but_no_body(emulator, connection):
    emulator.client("s3").create_bucket(Bucket="files")
    emulator.client("s3").put_object(Bucket="files", Key="a", Body=b"12345")
    head = asked(connection, "s3", method="HEAD", path="/files/a")
    assert (head.status, head.getheader("Content-Length"), head.read()) == (200, "5", b"")
    assert asked(connection, "s3", method="GET", path="/files/a").read() == b"12345"


def test_bodies_may_come_in_chunks_and_packed(connection):
    def chunks():
        yield b'{"cluster'
        yield b'Name": "chunks"}'

    target = {"X-Amz-Target": "AmazonEC2ContainerServiceV20141113.CreateCluster"}
    headers = {**target, "Content-Type": "application/x-amz-json-1.1"}
    made = asked(connection, "ecs", chunks(), headers)
    assert json.loads(made.read())["cluster"]["clusterName"] == "chunks"

    packed = gzip.compress(b'{"clusterName": "packed"}')
    made = asked(connection, "ecs", packed, {**headers, "Content-Encoding": "gzip"})
    assert json.loads(made.read())["cluster"]["clusterName"] == "packed"


def test_browsers_are_allowed_what_moto_allows_them(connection):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = "Action=GetCallerIdentity&Version=2011-06-15"
    plain = asked(connection, "sts", body, form)
    assert (plain.status, plain.getheader("Access-Control-Allow-Origin")) == (200, None)
    plain.read()
    browser = asked(connection, "sts", body, {**form, "Origin": "http://localhost:4200"})
    assert browser.status == 200
    assert browser.getheader("Access-Control-Allow-Origin") in ("*", "http://localhost:4200")
