# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tags: the same four mistakes with each service."""

from __future__ import annotations

from collections.abc import Callable

from emulator.tests.refusals import Aws, refuses

Tags = list[tuple[str, str]]


def upper(tags: Tags) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags]


def lower(tags: Tags) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags]


def ec2(aws: Aws, tags: Tags) -> None:
    specifications = [{"ResourceType": "internet-gateway", "Tags": upper(tags)}]
    aws.ec2.create_internet_gateway(TagSpecifications=specifications)


def ecr(aws: Aws, tags: Tags) -> None:
    aws.ecr.create_repository(repositoryName=f"app-{len(tags)}", tags=upper(tags))


def ecs(aws: Aws, tags: Tags) -> None:
    aws.ecs.create_cluster(clusterName="main", tags=lower(tags))


def elbv2(aws: Aws, tags: Tags) -> None:
    vpc_id = aws.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    aws.elbv2.create_target_group(Name="app", Protocol="HTTP", Port=80, VpcId=vpc_id, TargetType="ip", Tags=upper(tags))


def rds(aws: Aws, tags: Tags) -> None:
    aws.rds.create_db_parameter_group(
        DBParameterGroupName=f"app-{len(tags)}", DBParameterGroupFamily="postgres16", Description="d", Tags=upper(tags)
    )


def secretsmanager(aws: Aws, tags: Tags) -> None:
    aws.secretsmanager.create_secret(Name=f"app-{len(tags)}", SecretString="x", Tags=upper(tags))


def sns(aws: Aws, tags: Tags) -> None:
    aws.sns.create_topic(Name=f"app-{len(tags)}", Tags=upper(tags))


MISTAKES = {
    "tag_prefix": [("aws:name", "x")],
    "tag_length": [("k", "v" * 257)],
    "tag_keys_differ": [("a", "1"), ("a", "2")],
    "tag_count": [(str(number), "") for number in range(51)],
}
# What the models of the services say already.
MODELLED = {(ecs, "tag_length"), (ecs, "tag_count")}
MODELLED |= {(elbv2, "tag_length"), (secretsmanager, "tag_length"), (sns, "tag_length")}
# The codes for a bad tag, for a key given twice, and for too many tags.
CODES = {
    ec2: ("InvalidParameterValue", "InvalidParameterValue", "TagLimitExceeded"),
    ecr: ("InvalidTagParameterException", "InvalidTagParameterException", "TooManyTagsException"),
    ecs: ("InvalidParameterException",) * 3,
    elbv2: ("ValidationError", "DuplicateTagKeys", "TooManyTags"),
    rds: ("InvalidParameterValue",) * 3,
    secretsmanager: ("InvalidParameterException",) * 3,
    sns: ("InvalidParameter", "InvalidParameter", "TagLimitExceeded"),
}


def mistaken(make: Callable[[Aws, Tags], None], tags: Tags) -> Callable[[Aws], None]:
    def play(aws: Aws) -> None:
        make(aws, [("app", "sdt"), ("env", "dev"), ("owner", "")])
        make(aws, tags)

    play.__name__ = make.__name__
    return play


for make, (bad, twice, many) in CODES.items():
    codes = {"tag_prefix": bad, "tag_length": bad, "tag_keys_differ": twice, "tag_count": many}
    for rule, tags in MISTAKES.items():
        if (make, rule) not in MODELLED:
            refuses(f"{make.__name__}.{rule}", codes[rule])(mistaken(make, tags))
