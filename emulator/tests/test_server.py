# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The process, its control endpoints, and what happens to calls moto cannot answer."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from emulator import testing
from emulator.tests.documents import TRUST


def as_options(credentials):
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


def run(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "emulator", *arguments],
        cwd=testing.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_one_line_and_ends_cleanly(ending):
    process = run("--port=0")
    url = process.stdout.readline().split()[1]
    testing.Emulator(url).client("sts").get_caller_identity()
    process.send_signal(ending)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


def test_it_listens_on_the_loopback_only(emulator):
    assert emulator.url.startswith("http://127.0.0.1:")


def test_a_taken_port_is_said_in_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = run(f"--port={taken.getsockname()[1]}")
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    assert "--port" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_many_clients_at_once(emulator):
    emulator.client("service-quotas").request_service_quota_increase(
        ServiceCode="vpc", QuotaCode="L-F678F1CE", DesiredValue=50
    )
    emulator.clear()

    def make(number):
        client = emulator.client("ec2")
        vpc = client.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
        client.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": str(number)}])
        return client.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"]

    with ThreadPoolExecutor(24) as pool:
        made = list(pool.map(make, range(48)))
    assert made == [f"10.{number}.0.0/16" for number in range(48)]
    assert len(emulator.mutations()) == 96


def test_latency_makes_calls_slower_than_an_impatient_client_waits():
    impatient = Config(read_timeout=0.5, retries={"total_max_attempts": 1})
    with testing.start(latency_ms=3000) as slow:
        assert slow.client("sts").get_caller_identity()["Account"] == "123456789012"
        with pytest.raises(ReadTimeoutError):
            slow.client("sts", config=impatient).get_caller_identity()
        assert slow.health()["status"] == "ok"


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("ecs", "submit_task_state_change", {}),
        ("iam", "generate_organizations_access_report", {"EntityPath": "o-0123456789/r-0123"}),
        ("ec2", "describe_fpga_images", {}),
        ("pricing", "get_price_list_file_url", {"PriceListArn": "arn:aws:pricing:::price-list/x", "FileFormat": "csv"}),
        ("rum", "list_app_monitors", {}),
        ("cloudfront", "list_field_level_encryption_configs", {}),
    ],
)
def test_a_missing_operation_is_refused_once_in_its_protocol(emulator, service, operation, parameters):
    with pytest.raises(ClientError) as refused:
        getattr(emulator.client(service), operation)(**parameters)
    response = refused.value.response
    assert response["Error"]["Code"] == "EmulatorNotImplemented"
    assert "is not implemented in the emulator" in response["Error"]["Message"]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert response["ResponseMetadata"]["RetryAttempts"] == 0
    assert [gap["count"] for gap in emulator.health()["gaps"]] == [1]
    assert emulator.requests()[0]["error"] == "EmulatorNotImplemented"


def test_a_failure_moto_answers_itself_is_a_gap(emulator):
    sns = emulator.client("sns")
    topic = sns.create_topic(Name="some")["TopicArn"]
    policy = json.dumps({"store": [1000000001]})  # a number beyond what moto works with
    with pytest.raises(sns.exceptions.ClientError) as refused:
        sns.subscribe(
            TopicArn=topic, Protocol="http", Endpoint="http://example.com", Attributes={"FilterPolicy": policy}
        )
    assert refused.value.response["Error"]["Code"] == "EmulatorFailure"
    assert [gap["service"] for gap in emulator.health()["gaps"]] == ["sns"]


def test_health_names_its_versions_and_no_gap(emulator):
    health = emulator.health()
    assert health["status"] == "ok"
    assert health["moto"]
    assert health["gaps"] == []


def test_an_unknown_control_endpoint_is_404(emulator):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{emulator.url}/_emulator/nothing")
    assert refused.value.code == 404


def test_reset_forgets_every_account_and_region(emulator):
    assumed = emulator.client("sts").assume_role(
        RoleArn="arn:aws:iam::222222222222:role/other", RoleSessionName="test"
    )["Credentials"]
    other = as_options(assumed)
    emulator.client("s3").create_bucket(Bucket="reset-me")
    emulator.client("ecs", region="eu-west-1").create_cluster(clusterName="europe")
    emulator.client("ecs", **other).create_cluster(clusterName="other")
    assert emulator.requests()[-1]["account"] == "222222222222"

    emulator.reset()

    assert emulator.requests() == []
    assert emulator.client("s3").list_buckets()["Buckets"] == []
    assert emulator.client("ecs", region="eu-west-1").list_clusters()["clusterArns"] == []
    assert emulator.client("ecs").list_clusters()["clusterArns"] == []


def test_reset_may_be_asked_for_as_moto_has_it(emulator):
    emulator.client("s3").create_bucket(Bucket="reset-me")
    with urllib.request.urlopen(f"{emulator.url}/moto-api/reset", data=b"") as answer:
        assert answer.read() == b'{"status": "ok"}'
    assert emulator.client("s3").list_buckets()["Buckets"] == []


def test_accounts_do_not_see_each_other(emulator):
    assumed = emulator.client("sts").assume_role(
        RoleArn="arn:aws:iam::222222222222:role/other", RoleSessionName="test"
    )["Credentials"]
    other = as_options(assumed)
    emulator.client("ecs", **other).create_cluster(clusterName="other")
    assert emulator.client("ecs", **other).list_clusters()["clusterArns"] == [
        "arn:aws:ecs:us-east-1:222222222222:cluster/other"
    ]
    assert emulator.client("ecs").list_clusters()["clusterArns"] == []


def test_managed_policies_can_be_attached(emulator):
    iam = emulator.client("iam")
    iam.create_role(RoleName="execution", AssumeRolePolicyDocument=TRUST)
    policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    iam.attach_role_policy(RoleName="execution", PolicyArn=policy)
    assert iam.list_attached_role_policies(RoleName="execution")["AttachedPolicies"][0]["PolicyArn"] == policy


# How many backends of EC2, with all they hold, there are after many resets.
RESETS = """
import gc
from emulator import environment
environment.prepare()
from werkzeug.test import Client
from emulator.app import Emulator

client = Client(Emulator())
signed = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=x"
for _time in range(5):
    call = {"Action": "DescribeSubnets", "Version": "2016-11-15"}
    answer = client.post("/", data=call, headers={"Authorization": signed, "Host": "ec2.us-east-1.amazonaws.com"})
    assert answer.status_code == 200 and "subnet-" in answer.text, answer.text
    client.post("/_emulator/reset")
gc.collect()
print(sum(type(one).__name__ == "EC2Backend" for one in gc.get_objects()))
"""


def test_a_reset_gives_back_what_it_forgets():
    done = subprocess.run(
        [sys.executable, "-c", RESETS], cwd=testing.ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "0", done.stderr
