# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Faults on request: every kind, and every way to say when."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from emulator.tests.documents import TRUST

ONCE = Config(retries={"total_max_attempts": 1})
IMPATIENT = Config(retries={"total_max_attempts": 1}, read_timeout=0.5)


@pytest.fixture(scope="module")
def clients(running_emulator):
    """Clients that try once."""
    made = {}

    def client(service):
        if service not in made:
            made[service] = running_emulator.client(service, config=ONCE)
        return made[service]

    return client


def refusal(operation, **parameters):
    with pytest.raises(ClientError) as refused:
        operation(**parameters)
    response = refused.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def outcomes(client, count):
    """Whether each of so many calls was struck."""
    found = []
    for _number in range(count):
        try:
            client.list_clusters()
            found.append(False)
        except ClientError:
            found.append(True)
    return found


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("ec2", "describe_vpcs", {}, ("RequestLimitExceeded", 503)),
        ("s3", "list_buckets", {}, ("SlowDown", 503)),
        ("s3", "head_bucket", {"Bucket": "files-1"}, ("503", 503)),
        ("ecs", "list_clusters", {}, ("ThrottlingException", 400)),
        ("iam", "list_roles", {}, ("Throttling", 400)),
        ("rds", "describe_db_instances", {}, ("Throttling", 400)),
        ("cloudwatch", "describe_alarms", {}, ("ThrottlingException", 400)),
        ("sns", "list_topics", {}, ("Throttled", 429)),
        ("amplify", "list_apps", {}, ("TooManyRequestsException", 429)),
        ("xray", "get_groups", {}, ("ThrottledException", 429)),
        ("lambda", "list_functions", {}, ("TooManyRequestsException", 429)),
        ("servicediscovery", "list_namespaces", {}, ("ThrottlingException", 400)),
        ("resourcegroupstaggingapi", "get_resources", {}, ("ThrottledException", 400)),
        ("service-quotas", "list_services", {}, ("TooManyRequestsException", 400)),
        ("route53", "list_hosted_zones", {}, ("Throttling", 400)),
        (
            "route53",
            "change_resource_record_sets",
            {
                "HostedZoneId": "Z1",
                "ChangeBatch": {
                    "Changes": [{"Action": "DELETE", "ResourceRecordSet": {"Name": "a.example", "Type": "A"}}]
                },
            },
            ("PriorRequestNotComplete", 400),
        ),
        ("dynamodb", "get_item", {"TableName": "t", "Key": {}}, ("ProvisionedThroughputExceededException", 400)),
        ("dynamodb", "list_tables", {}, ("ThrottlingException", 400)),
    ],
)
def test_each_service_throttles_in_its_own_words(emulator, clients, service, operation, parameters, expected):
    emulator.faults({"kind": "throttle"})
    assert refusal(getattr(clients(service), operation), **parameters) == expected


def test_the_sdk_retries_a_throttled_call(emulator):
    emulator.faults({"kind": "throttle", "service": "ecs", "operation": "ListClusters", "times": 2})
    answer = emulator.client("ecs").list_clusters()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert [call["fault"] for call in emulator.requests()] == ["throttle", "throttle", None]
    assert [call["error"] for call in emulator.requests()] == ["ThrottlingException", "ThrottlingException", None]
    assert [fault["struck"] for fault in emulator.faults()] == [2]


@pytest.mark.parametrize(
    ("service", "operation"),
    [("ec2", "describe_vpcs"), ("ecs", "list_clusters"), ("iam", "list_roles"), ("s3", "list_buckets")],
)
def test_any_error_in_any_protocol(emulator, clients, service, operation):
    emulator.faults({"kind": "error", "code": "Peculiar", "status": 418, "message": "Not today."})
    with pytest.raises(ClientError, match="Peculiar.*Not today") as refused:
        getattr(clients(service), operation)()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 418


def test_a_modelled_error_is_the_exception_of_its_service(emulator, clients):
    emulator.faults({"kind": "error", "code": "ServerException", "status": 500})
    ecs = clients("ecs")
    with pytest.raises(ecs.exceptions.ServerException):
        ecs.list_clusters()


def test_a_lost_response_really_did_it(emulator, clients):
    emulator.faults({"kind": "lost_response", "operation": "CreateCluster"})
    assert refusal(clients("ecs").create_cluster, clusterName="main") == ("ServerException", 500)
    assert clients("ecs").list_clusters()["clusterArns"] == ["arn:aws:ecs:us-east-1:123456789012:cluster/main"]
    assert emulator.requests()[0]["fault"] == "lost_response"


def test_a_lost_response_may_be_a_closed_connection(emulator, clients):
    emulator.faults({"kind": "lost_response", "operation": "CreateBucket", "close": True})
    with pytest.raises(ConnectionClosedError):
        clients("s3").create_bucket(Bucket="files-1")
    assert [bucket["Name"] for bucket in clients("s3").list_buckets()["Buckets"]] == ["files-1"]
    assert emulator.requests()[0]["status"] == 0


def test_a_reset_comes_before_it_is_done(emulator, clients):
    emulator.faults({"kind": "reset", "operation": "CreateCluster", "times": 1})
    with pytest.raises(ConnectionClosedError, match="closed|reset"):
        clients("ecs").create_cluster(clusterName="main")
    assert clients("ecs").list_clusters()["clusterArns"] == []
    first = emulator.requests()[0]
    assert (first["operation"], first["status"], first["fault"]) == ("CreateCluster", 0, "reset")
    # The SDK takes a reset for what it is, and tries again.
    emulator.faults({"kind": "reset", "operation": "CreateCluster", "times": 1})
    emulator.client("ecs").create_cluster(clusterName="main")
    assert len(clients("ecs").list_clusters()["clusterArns"]) == 1


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("ec2", "describe_vpcs", ("RequestExpired", 400)),
        ("s3", "list_buckets", ("ExpiredToken", 400)),
        ("iam", "list_roles", ("ExpiredToken", 403)),
        ("ecs", "list_clusters", ("ExpiredTokenException", 400)),
        ("amplify", "list_apps", ("ExpiredTokenException", 403)),
    ],
)
def test_expired_credentials(emulator, clients, service, operation, expected):
    emulator.faults({"kind": "expired_credentials"})
    assert refusal(getattr(clients(service), operation)) == expected


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected", "action", "resource"),
    [
        (
            "ecs",
            "create_cluster",
            {"clusterName": "main"},
            ("AccessDeniedException", 400),
            "ecs:CreateCluster",
            "arn:aws:ecs:us-east-1:123456789012:cluster/main",
        ),
        (
            "s3",
            "list_objects_v2",
            {"Bucket": "files-1"},
            ("AccessDenied", 403),
            "s3:ListBucket",
            "arn:aws:s3:::files-1",
        ),
        ("iam", "get_role", {"RoleName": "r"}, ("AccessDenied", 403), "iam:GetRole", "role/r"),
        (
            "ec2",
            "create_vpc",
            {"CidrBlock": "10.0.0.0/16"},
            ("UnauthorizedOperation", 403),
            "ec2:CreateVpc",
            "arn:aws:ec2:us-east-1:123456789012:vpc/*",
        ),
        (
            "elbv2",
            "describe_load_balancers",
            {},
            ("AccessDenied", 403),
            "elasticloadbalancing:DescribeLoadBalancers",
            "*",
        ),
        ("sns", "create_topic", {"Name": "t"}, ("AuthorizationError", 403), "sns:CreateTopic", ":t"),
    ],
)
def test_access_denied_names_principal_action_and_resource(
    emulator, clients, service, operation, parameters, expected, action, resource
):
    emulator.faults({"kind": "access_denied"})
    with pytest.raises(ClientError) as refused:
        getattr(clients(service), operation)(**parameters)
    response = refused.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == expected
    message = response["Error"]["Message"]
    assert f"User: arn:aws:iam::123456789012:root is not authorized to perform: {action} on resource: " in message
    assert f"{resource} because no identity-based policy allows the {action} action" in message


class TestNotFoundYet:
    @pytest.fixture
    def vpc(self, emulator, clients):
        emulator.faults({"kind": "not_found_yet", "looks": 2})
        return clients("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

    def test_the_first_looks_find_nothing(self, emulator, clients, vpc):
        ec2 = clients("ec2")
        for _look in range(2):
            assert refusal(ec2.describe_vpcs, VpcIds=[vpc]) == ("InvalidVpcID.NotFound", 400)
        assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["VpcId"] == vpc
        assert [call["fault"] for call in emulator.requests()] == [None, "not_found_yet", "not_found_yet", None]

    def test_others_and_lists_are_found(self, clients, vpc):
        vpcs = clients("ec2").describe_vpcs()["Vpcs"]
        other = next(one["VpcId"] for one in vpcs if one["VpcId"] != vpc)
        assert clients("ec2").describe_vpcs(VpcIds=[other])["Vpcs"]
        # A subnet names its VPC, but what was just created is the subnet.
        subnet = clients("ec2").create_subnet(VpcId=other, CidrBlock="172.31.200.0/24")["Subnet"]["SubnetId"]
        assert clients("ec2").describe_vpcs(VpcIds=[other])["Vpcs"]
        assert refusal(clients("ec2").describe_subnets, SubnetIds=[subnet]) == ("InvalidSubnetID.NotFound", 400)

    @pytest.mark.parametrize(
        ("service", "create", "created", "read", "asked", "expected"),
        [
            (
                "iam",
                "create_role",
                {"RoleName": "r", "AssumeRolePolicyDocument": TRUST},
                "get_role",
                {"RoleName": "r"},
                "NoSuchEntity",
            ),
            ("s3", "create_bucket", {"Bucket": "files-1"}, "get_bucket_tagging", {"Bucket": "files-1"}, "NoSuchBucket"),
            (
                "ecr",
                "create_repository",
                {"repositoryName": "api"},
                "describe_repositories",
                {"repositoryNames": ["api"]},
                "",
            ),
            (
                "secretsmanager",
                "create_secret",
                {"Name": "s", "SecretString": "x"},
                "describe_secret",
                {"SecretId": "s"},
                "ResourceNotFoundException",
            ),
            (
                "rds",
                "create_db_parameter_group",
                {"DBParameterGroupName": "p", "DBParameterGroupFamily": "postgres15", "Description": "d"},
                "describe_db_parameter_groups",
                {"DBParameterGroupName": "p"},
                "DBParameterGroupNotFound",
            ),
            (
                "elbv2",
                "create_target_group",
                {"Name": "t", "TargetType": "lambda"},
                "describe_target_groups",
                {"Names": ["t"]},
                "TargetGroupNotFound",
            ),
        ],
    )
    def test_each_service_has_its_code(self, emulator, clients, service, create, created, read, asked, expected):
        emulator.faults({"kind": "not_found_yet"})
        client = clients(service)
        getattr(client, create)(**created)
        code, _status = refusal(getattr(client, read), **asked)
        assert code == (expected or "RepositoryNotFoundException")
        if service == "s3":
            return  # it has no tags, which is an error as well
        assert getattr(client, read)(**asked)

    def test_a_service_that_answers_with_failures_does_so(self, emulator, clients):
        emulator.faults({"kind": "not_found_yet"})
        ecs = clients("ecs")
        arn = ecs.create_cluster(clusterName="main")["cluster"]["clusterArn"]
        assert ecs.describe_clusters(clusters=[arn])["failures"] == [{"arn": arn, "reason": "MISSING"}]
        assert ecs.describe_clusters(clusters=[arn])["clusters"][0]["clusterArn"] == arn

    def test_for_a_time(self, emulator, clients):
        emulator.faults({"kind": "not_found_yet", "ms": 600_000})
        clients("ecr").create_repository(repositoryName="api")
        for _look in range(3):
            assert (
                refusal(clients("ecr").describe_repositories, repositoryNames=["api"])[0]
                == "RepositoryNotFoundException"
            )
        emulator.clear_faults()
        assert clients("ecr").describe_repositories(repositoryNames=["api"])["repositories"]

    def test_writes_when_named(self, emulator, clients):
        emulator.faults({"kind": "not_found_yet", "operation": "ModifyVpcAttribute"})
        ec2 = clients("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        change = {"VpcId": vpc, "EnableDnsHostnames": {"Value": True}}
        assert refusal(ec2.modify_vpc_attribute, **change) == ("InvalidVpcID.NotFound", 400)
        ec2.modify_vpc_attribute(**change)
        assert ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]


class TestWhen:
    @pytest.mark.parametrize(
        ("when", "expected"),
        [
            ({}, [True] * 6),
            ({"times": 2}, [True, True, False, False, False, False]),
            ({"every": 3}, [False, False, True, False, False, True]),
            ({"after": 4}, [False, False, False, False, True, True]),
            ({"after": 1, "every": 2, "times": 2}, [False, False, True, False, True, False]),
            ({"probability": 0}, [False] * 6),
        ],
    )
    def test_by_count(self, emulator, clients, when, expected):
        emulator.faults({"kind": "throttle", "operation": "ListClusters", **when})
        assert outcomes(clients("ecs"), 6) == expected
        assert emulator.faults()[0]["struck"] == sum(expected)

    def test_by_probability_as_the_seed_says(self, emulator, clients):
        def struck(seed):
            emulator.clear_faults()
            emulator.faults({"kind": "throttle", "probability": 0.5, "seed": seed})
            return outcomes(clients("ecs"), 24)

        first = struck(1)
        assert struck(1) == first
        assert struck(2) != first
        assert 4 < sum(first) < 20

    def test_by_service_operation_and_resource(self, emulator, clients):
        emulator.faults({"kind": "throttle", "service": "ecs", "operation": "Create*", "resource": "prod"})
        clients("ecs").create_cluster(clusterName="dev")
        assert refusal(clients("ecs").create_cluster, clusterName="prod-1") == ("ThrottlingException", 400)
        clients("ecs").describe_clusters(clusters=["prod-1"])
        clients("ecr").create_repository(repositoryName="prod")

    def test_several_in_order(self, emulator, clients):
        emulator.faults(
            {"kind": "delay", "ms": 1, "operation": "ListClusters"},
            {"kind": "error", "code": "First", "times": 1},
            {"kind": "error", "code": "Second", "times": 1},
        )
        codes = [refusal(clients("ecs").list_clusters)[0] for _call in range(2)]
        clients("ecs").list_clusters()
        assert codes == ["First", "Second"]
        assert [call["fault"] for call in emulator.requests()] == ["delay,error", "delay,error", "delay"]
        assert [fault["struck"] for fault in emulator.faults()] == [3, 1, 1]


def test_one_is_removed_by_its_id_and_all_by_reset(emulator, clients):
    first, second = emulator.faults({"kind": "error", "code": "First"}, {"kind": "error", "code": "Second"})
    emulator.clear_faults(first["id"])
    assert refusal(clients("ecs").list_clusters)[0] == "Second"
    assert [fault["id"] for fault in emulator.faults()] == [second["id"]]
    emulator.reset()
    assert emulator.faults() == []
    assert clients("ecs").list_clusters()["clusterArns"] == []


@pytest.mark.parametrize(
    ("endpoint", "content", "said"),
    [
        ("faults", {"kind": "nonsense"}, "There is no kind 'nonsense'"),
        ("faults", {"kind": "throttle", "colour": "red"}, "no colour"),
        ("faults", {"kind": "delay"}, "needs ms"),
        ("faults", {"kind": "error"}, "needs code"),
        ("faults", {"kind": "throttle", "every": 0}, "counts from 1"),
        ("faults", "throttle", "JSON object"),
        ("latency", {"ms": -1}, "Say how long"),
        ("latency", {"ms": "long"}, "Say how long"),
        ("iam", {"enforce": "yes"}, "Say whether"),
    ],
)
def test_what_is_not_understood_is_refused(emulator, endpoint, content, said):
    request = urllib.request.Request(
        f"{emulator.url}/_emulator/{endpoint}", json.dumps(content).encode(), method="POST"
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 400
    assert said in json.loads(refused.value.read())["message"]
    assert emulator.faults() == []


def test_an_unknown_fault_cannot_be_removed(emulator):
    with pytest.raises(urllib.error.HTTPError) as refused:
        emulator.clear_faults("99")
    assert refused.value.code == 404


# Last, as calls whose client has gone are still recorded when they are done.


def test_a_delay_is_longer_than_an_impatient_client_waits(emulator):
    emulator.client("ecs").list_clusters()  # the first call of a service takes longer
    emulator.faults({"kind": "delay", "operation": "ListClusters", "ms": 1500, "times": 1})
    impatient = emulator.client("ecs", config=IMPATIENT)
    with pytest.raises(ReadTimeoutError):
        impatient.list_clusters()
    assert impatient.list_clusters()["clusterArns"] == []


def test_latency_is_for_every_call_until_reset(emulator):
    impatient = emulator.client("sts", config=IMPATIENT)
    emulator.client("sts").get_caller_identity()  # the first call of a service takes longer
    emulator.latency(1500)
    with pytest.raises(ReadTimeoutError):
        impatient.get_caller_identity()
    emulator.reset()
    assert impatient.get_caller_identity()["Account"] == "123456789012"
