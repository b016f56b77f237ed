# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""With IAM enforced, a call is refused unless the caller's policies allow it."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from emulator import testing

ACCOUNT = "123456789012"
REGION = f"us-east-1:{ACCOUNT}"
ROOT_MAY_ASSUME = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions, resource="*", **others):
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **others}


def deny(*actions, resource="*", **others):
    return {**allow(*actions, resource=resource, **others), "Effect": "Deny"}


def may(operation, **parameters):
    """Whether a call is allowed; it may fail otherwise."""
    try:
        operation(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"):
            return False
        # S3 answers HEAD without a code.
        return not (code == "403" and status == 403)
    return True


def refusal(operation, **parameters):
    with pytest.raises(ClientError) as refused:
        operation(**parameters)
    response = refused.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


@pytest.fixture
def iam(emulator):
    emulator.enforce_iam()
    return emulator.client("iam")


@pytest.fixture
def user(emulator, iam):
    """Makes the policy of a user who has nothing else, and clients of that user."""
    iam.create_user(UserName="kim")
    key = iam.create_access_key(UserName="kim")["AccessKey"]

    def client(service, *statements, region="us-east-1"):
        if statements:
            iam.put_user_policy(UserName="kim", PolicyName="inline", PolicyDocument=document(*statements))
        return emulator.client(
            service,
            region,
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    return client


@pytest.fixture
def role(emulator, iam):
    """Makes a role with these statements and clients of a session of it."""
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=document(ROOT_MAY_ASSUME))

    def client(service, *statements, **session):
        iam.put_role_policy(RoleName="deployer", PolicyName="inline", PolicyDocument=document(*statements))
        return emulator.client(service, **assumed(emulator, "deployer", **session))

    return client


def assumed(emulator, name, **session):
    credentials = emulator.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{name}", RoleSessionName="run", **session
    )["Credentials"]
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


class TestOnAndOff:
    def test_off_by_default_and_after_a_reset(self, emulator, user):
        ecs = user("ecs")
        assert not may(ecs.list_clusters)
        emulator.enforce_iam(False)
        assert may(ecs.list_clusters)
        emulator.enforce_iam()
        emulator.reset()
        assert may(ecs.list_clusters)

    def test_from_the_start_when_asked(self):
        with testing.start(enforce_iam=True) as emulator:
            assert refusal(emulator.client("ecs", aws_access_key_id="AKIANOBODY").list_clusters)[0] == (
                "UnrecognizedClientException"
            )
            emulator.reset()
            nobody = emulator.client("iam", aws_access_key_id="AKIANOBODY")
            assert refusal(nobody.list_roles)[0] == "InvalidClientTokenId"

    def test_the_root_user_may_do_everything(self, emulator, iam):
        emulator.client("s3").create_bucket(Bucket="files-1")
        policy = {**deny("s3:*", resource="arn:aws:s3:::files-1"), "Principal": "*"}
        emulator.client("s3").put_bucket_policy(Bucket="files-1", Policy=document(policy))
        emulator.client("s3").delete_bucket(Bucket="files-1")

    def test_everybody_may_ask_who_they_are(self, user):
        assert user("sts", deny("*")).get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/kim"

    @pytest.mark.parametrize(
        ("service", "operation", "expected"),
        [
            ("ecs", "list_clusters", ("UnrecognizedClientException", 400)),
            ("iam", "list_roles", ("InvalidClientTokenId", 403)),
            ("s3", "list_buckets", ("InvalidAccessKeyId", 403)),
            ("ec2", "describe_vpcs", ("AuthFailure", 401)),
            ("amplify", "list_apps", ("UnrecognizedClientException", 403)),
        ],
    )
    def test_a_key_that_is_not_active_is_unknown(self, emulator, iam, user, service, operation, expected):
        client = user(service, allow("*"))
        assert may(getattr(client, operation))
        (key,) = iam.list_access_keys(UserName="kim")["AccessKeyMetadata"]
        iam.update_access_key(UserName="kim", AccessKeyId=key["AccessKeyId"], Status="Inactive")
        assert refusal(getattr(client, operation))[:2] == expected


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "status", "action", "resource"),
    [
        ("ecs", "create_cluster", {"clusterName": "c"}, "AccessDeniedException", 400, "ecs:CreateCluster", "cluster/c"),
        ("amplify", "list_apps", {}, "AccessDeniedException", 403, "amplify:ListApps", "*"),
        ("s3", "list_buckets", {}, "AccessDenied", 403, "s3:ListAllMyBuckets", "*"),
        ("rds", "describe_db_instances", {}, "AccessDenied", 403, "rds:DescribeDBInstances", "*"),
        ("sns", "create_topic", {"Name": "t"}, "AuthorizationError", 403, "sns:CreateTopic", ":t"),
        ("route53", "get_hosted_zone", {"Id": "Z1"}, "AccessDenied", 403, "route53:GetHostedZone", "hostedzone/Z1"),
        ("ec2", "describe_vpcs", {}, "UnauthorizedOperation", 403, "ec2:DescribeVpcs", "*"),
        ("application-autoscaling", "describe_scalable_targets", {"ServiceNamespace": "ecs"}, "AccessDeniedException",
         400, "application-autoscaling:DescribeScalableTargets", "*"),
        ("elbv2", "describe_rules", {}, "AccessDenied", 403, "elasticloadbalancing:DescribeRules", "*"),
        ("cloudwatch", "list_metrics", {}, "AccessDeniedException", 400, "cloudwatch:ListMetrics", "*"),
        ("resourcegroupstaggingapi", "get_resources", {}, "AccessDeniedException", 400, "tag:GetResources", "*"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_in_the_way_of_the_service(
    user, service, operation, parameters, code, status, action, resource
):
    found = refusal(getattr(user(service), operation), **parameters)
    assert found[:2] == (code, status)
    assert f"User: arn:aws:iam::{ACCOUNT}:user/kim is not authorized to perform: {action} on resource: " in found[2]
    assert f"{resource} because no identity-based policy allows the {action} action" in found[2]


def test_ec2_encodes_the_reason(emulator, user):
    message = refusal(user("ec2", deny("ec2:CreateVpc")).create_vpc, CidrBlock="10.0.0.0/16")[2]
    assert "with an explicit deny in an identity-based policy" in message
    encoded = message.rpartition("Encoded authorization failure message: ")[2]
    decoded = json.loads(emulator.client("sts").decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    assert (decoded["allowed"], decoded["explicitDeny"]) == (False, True)
    assert decoded["context"]["action"] == "ec2:CreateVpc"
    assert refusal(user("ec2").create_vpc, CidrBlock="10.0.0.0/16", DryRun=True)[0] == "UnauthorizedOperation"
    with pytest.raises(ClientError, match="InvalidAuthorizationMessage"):
        emulator.client("sts").decode_authorization_message(EncodedMessage="nonsense")


class TestPolicies:
    def test_wildcards_deny_and_exceptions(self, user):
        assert may(user("ecs", allow("ecs:List*")).list_clusters)
        assert may(user("ecs", allow("ECS:listclusters")).list_clusters)
        assert not may(user("ecs", allow("ecs:Describe*")).list_clusters)
        assert not may(user("ecs", allow("*"), deny("ecs:ListClusters")).list_clusters)
        others = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
        assert may(user("ecs", others).list_clusters)
        assert not may(user("iam", others).list_roles)

    def test_resources(self, user):
        ecs = user("ecs", allow("ecs:*", resource=f"arn:aws:ecs:{REGION}:*/dev-*"))
        assert may(ecs.create_cluster, clusterName="dev-1")
        assert not may(ecs.create_cluster, clusterName="prod-1")
        assert may(ecs.describe_services, cluster="dev-1", services=["api"])
        assert not may(ecs.describe_services, cluster="prod-1", services=["api"])
        assert may(ecs.describe_clusters, clusters=["dev-1"])
        assert not may(ecs.describe_clusters, clusters=["dev-1", "prod-1"])
        not_prod = {"Effect": "Allow", "Action": "ecs:*", "NotResource": f"arn:aws:ecs:{REGION}:cluster/prod-*"}
        assert may(user("ecs", not_prod).describe_clusters, clusters=["dev-1"])
        assert not may(user("ecs").describe_clusters, clusters=["prod-1"])

    def test_managed_policies_and_groups(self, iam, user):
        ecs = user("ecs")
        arn = iam.create_policy(PolicyName="ecs", PolicyDocument=document(allow("ecs:ListClusters")))["Policy"]["Arn"]
        iam.attach_user_policy(UserName="kim", PolicyArn=arn)
        assert may(ecs.list_clusters)
        iam.create_policy_version(
            PolicyArn=arn, PolicyDocument=document(allow("ecs:DescribeClusters")), SetAsDefault=True
        )
        assert not may(ecs.list_clusters)
        iam.create_group(GroupName="operators")
        iam.put_group_policy(GroupName="operators", PolicyName="p", PolicyDocument=document(allow("ecs:ListClusters")))
        assert not may(ecs.list_clusters)
        iam.add_user_to_group(GroupName="operators", UserName="kim")
        assert may(ecs.list_clusters)
        iam.attach_group_policy(GroupName="operators", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
        assert may(user("iam").list_roles)
        assert not may(user("iam").create_group, GroupName="others")

    def test_boundaries_limit(self, iam, user, role):
        boundary = iam.create_policy(PolicyName="b", PolicyDocument=document(allow("ecs:*")))["Policy"]["Arn"]
        iam.put_user_permissions_boundary(UserName="kim", PermissionsBoundary=boundary)
        assert iam.get_user(UserName="kim")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
        ecs = user("ecs", allow("*"))
        assert may(ecs.list_clusters)
        assert "because no permissions boundary allows the iam:ListRoles action" in refusal(user("iam").list_roles)[2]
        iam.delete_user_permissions_boundary(UserName="kim")
        assert may(user("iam").list_roles)
        iam.put_role_permissions_boundary(RoleName="deployer", PermissionsBoundary=boundary)
        assert not may(role("iam", allow("*")).list_roles)
        with pytest.raises(iam.exceptions.NoSuchEntityException):
            iam.put_user_permissions_boundary(UserName="kim", PermissionsBoundary=boundary + "-none")

    def test_session_policies_limit(self, role):
        limited = document(allow("ecs:ListClusters"))
        assert may(role("ecs", allow("*"), Policy=limited).list_clusters)
        message = refusal(role("iam", allow("*"), Policy=limited).list_roles)[2]
        assert f"User: arn:aws:sts::{ACCOUNT}:assumed-role/deployer/run is not authorized" in message
        assert "because no session policy allows the iam:ListRoles action" in message
        read_only = [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
        assert may(role("iam", allow("*"), PolicyArns=read_only).list_roles)
        assert not may(role("iam", allow("*"), PolicyArns=read_only).create_user, UserName="a")


class TestConditions:
    def test_region(self, user):
        here = allow("ecs:*", Condition={"StringEquals": {"aws:RequestedRegion": ["us-east-1", "us-west-2"]}})
        assert may(user("ecs", here).list_clusters)
        assert not may(user("ecs", region="eu-west-1").list_clusters)

    def test_tags_asked_for(self, user):
        tagged = allow(
            "sns:CreateTopic",
            "sns:TagResource",
            Condition={
                "StringLike": {"aws:RequestTag/env": "dev*"},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["env", "app"]},
            },
        )
        sns = user("sns", tagged)
        assert may(sns.create_topic, Name="a", Tags=[{"Key": "env", "Value": "dev-1"}])
        assert not may(sns.create_topic, Name="b", Tags=[{"Key": "env", "Value": "prod"}])
        assert not may(sns.create_topic, Name="c", Tags=[{"Key": "env", "Value": "dev"}, {"Key": "x", "Value": "y"}])
        assert not may(sns.create_topic, Name="d")

    def test_tags_of_the_resource(self, emulator, iam, user):
        emulator.client("ecs").create_cluster(clusterName="a", tags=[{"key": "team", "value": "red"}])
        emulator.client("ecs").create_cluster(clusterName="b", tags=[{"key": "team", "value": "blue"}])
        own = allow("ecs:*", Condition={"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}})
        ecs = user("ecs", own)
        assert not may(ecs.describe_clusters, clusters=["a"])
        iam.tag_user(UserName="kim", Tags=[{"Key": "team", "Value": "red"}])
        assert may(ecs.describe_clusters, clusters=["a"])
        assert not may(ecs.describe_clusters, clusters=["b"])

    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/k*"}}, True),
            ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/k*"}}, False),
            ({"StringEquals": {"aws:username": "kim", "aws:PrincipalType": "User"}}, True),
            ({"StringEquals": {"aws:username": "kim", "aws:PrincipalAccount": "1"}}, False),
            ({"StringNotEquals": {"aws:username": ["kim", "lee"]}}, False),
            ({"StringEquals": {"no:such": "x"}}, False),
            ({"StringEqualsIfExists": {"no:such": "x"}}, True),
            ({"StringNotEquals": {"no:such": "x"}}, True),
            ({"Null": {"no:such": "true"}}, True),
            ({"Bool": {"aws:SecureTransport": "true"}}, True),
            ({"Bool": {"aws:SecureTransport": False}}, False),
            ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
            ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, True),
            ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, False),
            ({"ForAnyValue:StringEquals": {"aws:TagKeys": "x"}}, False),
        ],
    )
    def test_operators(self, user, condition, expected):
        assert may(user("ecs", allow("ecs:ListClusters", Condition=condition)).list_clusters) is expected

    def test_the_service_a_role_is_passed_to(self, iam, user):
        iam.create_role(RoleName="task", AssumeRolePolicyDocument=document(ROOT_MAY_ASSUME))
        arn = f"arn:aws:iam::{ACCOUNT}:role/task"
        task = {
            "family": "api",
            "containerDefinitions": [{"name": "api", "image": "i", "memory": 512}],
            "taskRoleArn": arn,
        }
        ecs = user("ecs", allow("ecs:*"))
        message = refusal(ecs.register_task_definition, **task)[2]
        assert f"is not authorized to perform: iam:PassRole on resource: {arn} because" in message
        to = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
        assert not may(
            user("ecs", allow("ecs:*"), allow("iam:PassRole", Condition=to)).register_task_definition, **task
        )
        to = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        assert may(user("ecs", allow("ecs:*"), allow("iam:PassRole", Condition=to)).register_task_definition, **task)


class TestS3:
    @pytest.fixture
    def bucket(self, emulator, iam):
        emulator.client("s3").create_bucket(Bucket="files-1")
        emulator.client("s3").put_object(Bucket="files-1", Key="a/b", Body=b"x")
        return "arn:aws:s3:::files-1"

    def test_actions_have_names_of_their_own(self, user, bucket):
        s3 = user("s3", allow("s3:GetObject", resource=f"{bucket}/*"), allow("s3:ListBucket", resource=bucket))
        assert may(s3.head_object, Bucket="files-1", Key="a/b")
        assert may(s3.list_objects_v2, Bucket="files-1")
        assert may(s3.head_bucket, Bucket="files-1")
        assert not may(s3.put_object, Bucket="files-1", Key="a/b", Body=b"y")
        assert not may(s3.get_bucket_encryption, Bucket="files-1")
        assert may(user("s3", allow("s3:GetEncryptionConfiguration")).get_bucket_encryption, Bucket="files-1")

    def test_tags_of_a_new_bucket_are_a_right_of_their_own(self, user):
        tagged = {"CreateBucketConfiguration": {"Tags": [{"Key": "env", "Value": "dev"}]}}
        assert not may(user("s3", allow("s3:CreateBucket")).create_bucket, Bucket="files-2", **tagged)
        assert may(user("s3", allow("s3:CreateBucket")).create_bucket, Bucket="files-2")
        both = user("s3", allow("s3:CreateBucket", "s3:TagResource"))
        assert may(both.create_bucket, Bucket="files-3", **tagged)

    def test_each_object_of_a_deletion(self, user, bucket):
        s3 = user("s3", allow("s3:DeleteObject", resource=f"{bucket}/a/*"))
        assert not may(s3.delete_objects, Bucket="files-1", Delete={"Objects": [{"Key": "a/b"}, {"Key": "c"}]})
        assert may(s3.delete_objects, Bucket="files-1", Delete={"Objects": [{"Key": "a/b"}]})

    def test_the_prefix_of_a_listing(self, user, bucket):
        s3 = user("s3", allow("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "home/${aws:username}/*"}}))
        assert may(s3.list_objects_v2, Bucket="files-1", Prefix="home/kim/x")
        assert not may(s3.list_objects_v2, Bucket="files-1", Prefix="home/lee/x")
        assert not may(s3.list_objects_v2, Bucket="files-1")

    def test_bucket_policies(self, emulator, user, bucket):
        root, s3 = emulator.client("s3"), user("s3")
        grant = {
            **allow("s3:GetObject", resource=f"{bucket}/*"),
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/kim"},
        }
        root.put_bucket_policy(Bucket="files-1", Policy=document(grant))
        assert may(s3.get_object, Bucket="files-1", Key="a/b")
        user("s3", deny("s3:GetObject"))
        assert not may(s3.get_object, Bucket="files-1", Key="a/b")
        ban = {
            **deny("s3:*", resource=f"{bucket}/*"),
            "Principal": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        }
        root.put_bucket_policy(Bucket="files-1", Policy=document(ban))
        message = refusal(user("s3", allow("s3:*")).get_object, Bucket="files-1", Key="a/b")[2]
        assert "with an explicit deny in a resource-based policy" in message
        # Naming the account leaves it to the account's policies.
        account = {**grant, "Principal": {"AWS": ACCOUNT}}
        root.put_bucket_policy(Bucket="files-1", Policy=document(account))
        assert may(s3.get_object, Bucket="files-1", Key="a/b")
        assert not may(user("s3", allow("s3:List*")).get_object, Bucket="files-1", Key="a/b")


def test_a_key_is_used_by_whom_its_policy_allows(emulator, iam, user):
    kms = emulator.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/data", TargetKeyId=key)
    own = user("kms", allow("kms:*"))
    assert may(own.describe_key, KeyId="alias/data")
    iam.create_user(UserName="lee")
    lee = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/lee"}}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document(lee))
    message = refusal(own.describe_key, KeyId=key)[2]
    assert "because no resource-based policy allows the kms:DescribeKey action" in message
    kim = {**allow("kms:DescribeKey"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/kim"}}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document(kim), BypassPolicyLockoutSafetyCheck=True)
    assert may(user("kms", allow("ecs:*")).describe_key, KeyId=key)


def test_secrets_topics_and_repositories_have_policies(emulator, iam, user):
    me = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/kim"}}
    secrets, sns, ecr = (emulator.client(name) for name in ("secretsmanager", "sns", "ecr"))
    secrets.create_secret(Name="db", SecretString="x")
    assert not may(user("secretsmanager").get_secret_value, SecretId="db")
    policy = document({**allow("secretsmanager:GetSecretValue"), **me})
    secrets.put_resource_policy(SecretId="db", ResourcePolicy=policy)
    assert may(user("secretsmanager").get_secret_value, SecretId="db")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=document({**allow("sns:Publish", resource=topic), **me})
    )
    assert may(user("sns").publish, TopicArn=topic, Message="m")
    ecr.create_repository(repositoryName="api")
    pull = {"Effect": "Allow", "Action": "ecr:DescribeImages", **me}
    ecr.set_repository_policy(repositoryName="api", policyText=document(pull))
    assert may(user("ecr").describe_images, repositoryName="api")
    assert not may(user("ecr").delete_repository, repositoryName="api")


class TestAssumingRoles:
    def test_needs_a_policy_and_trust(self, iam, user):
        arn = f"arn:aws:iam::{ACCOUNT}:role/target"
        asked = {"RoleArn": arn, "RoleSessionName": "session"}
        iam.create_role(RoleName="target", AssumeRolePolicyDocument=document(ROOT_MAY_ASSUME))
        assert not may(user("sts").assume_role, **asked)
        assert may(user("sts", allow("sts:AssumeRole", resource=arn)).assume_role, **asked)
        iam.create_user(UserName="lee")
        lee = {**ROOT_MAY_ASSUME, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/lee"}}
        iam.update_assume_role_policy(RoleName="target", PolicyDocument=document(lee))
        assert not may(user("sts").assume_role, **asked)
        kim = {**ROOT_MAY_ASSUME, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/kim"}}
        iam.update_assume_role_policy(RoleName="target", PolicyDocument=document(kim))
        assert may(user("sts", allow("ecs:*")).assume_role, **asked)

    def test_a_role_that_does_not_exist_is_nobodys_but_roots(self, emulator, iam, user):
        asked = {"RoleArn": "arn:aws:iam::222222222222:role/admin", "RoleSessionName": "session"}
        assert not may(user("sts", allow("*")).assume_role, **asked)
        credentials = emulator.client("sts").assume_role(**asked)["Credentials"]
        other = emulator.client(
            "ecs",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        assert other.create_cluster(clusterName="c")["cluster"]["clusterArn"].split(":")[4] == "222222222222"

    def test_a_deleted_role_may_do_nothing(self, iam, role):
        ecs = role("ecs", allow("*"))
        assert may(ecs.list_clusters)
        iam.delete_role_policy(RoleName="deployer", PolicyName="inline")
        iam.delete_role(RoleName="deployer")
        assert not may(ecs.list_clusters)


def test_tagging_while_creating_needs_the_tagging_action(user):
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "v"}]}]
    ec2 = user("ec2", allow("ec2:CreateVpc"))
    assert may(ec2.create_vpc, CidrBlock="10.0.0.0/16")
    assert (
        "perform: ec2:CreateTags on resource"
        in refusal(ec2.create_vpc, CidrBlock="10.1.0.0/16", TagSpecifications=tags)[2]
    )
    on_creation = allow("ec2:CreateTags", Condition={"StringEquals": {"ec2:CreateAction": "CreateVpc"}})
    ec2 = user("ec2", allow("ec2:CreateVpc"), on_creation)
    assert may(ec2.create_vpc, CidrBlock="10.2.0.0/16", TagSpecifications=tags)
    vpc = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    assert not may(ec2.create_tags, Resources=[vpc], Tags=[{"Key": "a", "Value": "b"}])
