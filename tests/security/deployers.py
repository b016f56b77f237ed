# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users of the emulator who have just the policies of docs/policies, or all but one action of them."""

from __future__ import annotations

import json
import pathlib
import typing as t

ROOT = pathlib.Path(__file__).parents[2]
POLICIES = ROOT / "docs" / "policies"


def documents(kind: str) -> list[dict[str, t.Any]]:
    """The policies for a kind of work: plan, deploy, converge or destroy."""
    return [json.loads(path.read_text()) for path in sorted(POLICIES.glob(f"{kind}*.json"))]


def actions(kind: str) -> list[str]:
    return sorted({one for policy in documents(kind) for each in policy["Statement"] for one in each["Action"]})


def without(policies: list[dict[str, t.Any]], action: str) -> list[dict[str, t.Any]]:
    """The same policies without an action."""
    return [
        {
            **policy,
            "Statement": [
                {**one, "Action": [each for each in one["Action"] if each != action]}
                for one in policy["Statement"]
                if one["Action"] != [action]
            ],
        }
        for policy in policies
    ]


class Deployer:
    """A user with access keys, whose rights can be changed; IAM is enforced from then on."""

    def __init__(self, emulator: t.Any, name: str = "deployer") -> None:
        self._iam = emulator.client("iam")
        self._name = name
        self._iam.create_user(UserName=name)
        key = self._iam.create_access_key(UserName=name)["AccessKey"]
        self.variables = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        emulator.enforce_iam()

    def may(self, policies: list[dict[str, t.Any]]) -> dict[str, str]:
        """Give it these policies and no others; the variables of a process that is this user."""
        for old in self._iam.list_attached_user_policies(UserName=self._name)["AttachedPolicies"]:
            self._iam.detach_user_policy(UserName=self._name, PolicyArn=old["PolicyArn"])
            self._iam.delete_policy(PolicyArn=old["PolicyArn"])
        for number, policy in enumerate(policies, 1):
            made = self._iam.create_policy(PolicyName=f"{self._name}-{number}", PolicyDocument=json.dumps(policy))
            self._iam.attach_user_policy(UserName=self._name, PolicyArn=made["Policy"]["Arn"])
        return self.variables
