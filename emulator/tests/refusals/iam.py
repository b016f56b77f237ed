# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IAM and STS: roles, policies, sizes."""

from __future__ import annotations

import json
from typing import Any

from emulator.tests.refusals import Aws, refused_by_moto, refuses


def trust(principal: Any = None, **given: Any) -> str:
    principal = principal or {"Service": "ecs-tasks.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **given}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def permission(resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(aws: Aws, name: str = "task", policy: str | None = None, **given: Any) -> str:
    made = aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy or trust(), **given)
    return made["Role"]["Arn"]


@refuses("iam.trust_policy_grammar", "MalformedPolicyDocument")
def trust_of_nobody(aws: Aws) -> None:
    role(aws)
    role(aws, "other", "{}")


@refuses("iam.trust_policy_grammar", "MalformedPolicyDocument")
def trust_with_resource(aws: Aws) -> None:
    role(aws, policy=trust(Resource="*"))


@refuses("iam.trust_policy_grammar", "MalformedPolicyDocument")
def trust_with_another_action(aws: Aws) -> None:
    role(aws)
    aws.iam.update_assume_role_policy(RoleName="task", PolicyDocument=trust(Action="s3:GetObject"))


@refuses("iam.trust_policy_principals", "MalformedPolicyDocument")
def trust_of_unknown_role(aws: Aws) -> None:
    arn = role(aws, "caller")
    role(aws, "known", trust({"AWS": arn}))
    role(aws, "unknown", trust({"AWS": arn.replace("caller", "nobody")}))


@refuses("iam.trust_policy_principals", "MalformedPolicyDocument")
def trust_of_unknown_service(aws: Aws) -> None:
    role(aws, policy=trust({"Service": "ecs-tasks"}))


@refuses("iam.trust_policy_size", "LimitExceeded")
def long_trust(aws: Aws) -> None:
    accounts = [f"arn:aws:iam::{number:012}:root" for number in range(70)]
    role(aws, policy=trust({"AWS": accounts}))


@refuses("iam.inline_policies_size", "LimitExceeded")
def long_inline_policies(aws: Aws) -> None:
    role(aws)
    for name in ("first", "second"):
        policy = permission("arn:aws:s3:::" + "b" * 5500)
        aws.iam.put_role_policy(RoleName="task", PolicyName=name, PolicyDocument=policy)


@refuses("iam.managed_policy_size", "LimitExceeded")
def long_managed_policy(aws: Aws) -> None:
    aws.iam.create_policy(PolicyName="long", PolicyDocument=permission("arn:aws:s3:::" + "b" * 6200))


@refuses("iam.policies_per_role", "LimitExceeded")
def too_many_policies(aws: Aws) -> None:
    role(aws)
    for number in range(11):
        arn = aws.iam.create_policy(PolicyName=f"p{number}", PolicyDocument=permission())["Policy"]["Arn"]
        aws.iam.attach_role_policy(RoleName="task", PolicyArn=arn)


@refuses("iam.role_name_case", "EntityAlreadyExists")
def same_name_but_for_case(aws: Aws) -> None:
    role(aws)
    role(aws, "Task")


@refuses("iam.service_linked_role", "UnmodifiableEntity")
def service_linked_role(aws: Aws) -> None:
    name = aws.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]["RoleName"]
    aws.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=permission())


@refuses("iam.service_linked_role", "UnmodifiableEntity")
def deleted_service_linked_role(aws: Aws) -> None:
    name = aws.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]["RoleName"]
    aws.iam.delete_role(RoleName=name)


@refused_by_moto("DeleteConflict")
def role_with_policies(aws: Aws) -> None:
    role(aws)
    aws.iam.put_role_policy(RoleName="task", PolicyName="p", PolicyDocument=permission())
    aws.iam.delete_role(RoleName="task")


@refuses("iam.policy_in_use", "DeleteConflict")
def attached_policy(aws: Aws) -> None:
    role(aws)
    arn = aws.iam.create_policy(PolicyName="p", PolicyDocument=permission())["Policy"]["Arn"]
    aws.iam.attach_role_policy(RoleName="task", PolicyArn=arn)
    aws.iam.delete_policy(PolicyArn=arn)


@refuses("iam.boundary_exists", "NoSuchEntity")
def unknown_boundary(aws: Aws) -> None:
    role(aws, PermissionsBoundary="arn:aws:iam::123456789012:policy/nothing")


@refused_by_moto("MalformedPolicyDocument")
def principal_in_identity_policy(aws: Aws) -> None:
    role(aws)
    aws.iam.put_role_policy(RoleName="task", PolicyName="p", PolicyDocument=trust())


@refuses("sts.session_duration", "ValidationError")
def long_session(aws: Aws) -> None:
    arn = role(aws, policy=trust({"AWS": "arn:aws:iam::123456789012:root"}))
    aws.sts.assume_role(RoleArn=arn, RoleSessionName="test", DurationSeconds=3600)
    aws.sts.assume_role(RoleArn=arn, RoleSessionName="test", DurationSeconds=7200)
