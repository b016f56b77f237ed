# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policies in docs/policies are enough for their work, name nothing AWS does not know, and nothing is to spare."""

from __future__ import annotations

import functools
import itertools
import json
import pathlib
import random
import sys
import typing as t

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path += [str(ROOT / "tools"), str(pathlib.Path(__file__).parent)]
sys.path += [str(ROOT / "tests" / name) for name in ("site", "contract")]

import policy_rules
import test_drift
import walks
from ansible_collections.sdt.infra.plugins.module_utils import _policy
from deployers import Deployer, actions, documents, without
from runs import Run, playbook, register_images

KINDS = ("plan", "deploy", "converge", "destroy")
SERVICE = "content-service"
REFUSED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403")
WAVES = 5  # of drift, as many as a resource has fields that are tried, but for a few that have more
OURS = [{"Name": "tag:Environment", "Values": ["prod"]}]


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_is_valid_and_as_narrow_as_aws_allows(kind: str) -> None:
    policies = documents(kind)
    assert policies and all(len(json.dumps(one, separators=(",", ":"))) <= _policy.LONGEST for one in policies)
    assert [one for policy in policies for one in policy_rules.problems(policy)] == []
    assert policy_rules.lacking(policies) == []


class Account:
    """Production, unprotected so that it can be destroyed, in an account where IAM is enforced."""

    def __init__(self, emulator: t.Any, directory: pathlib.Path) -> None:
        self.emulator = emulator
        self._inventory = walks.edited(directory, "prod", {"platform_protected": False})
        self._tags = itertools.cycle(["1.1", "1.2"])
        self.empty()

    # -- states it can be brought to --------------------------------------------------------------------------

    def empty(self) -> None:
        self.emulator.reset()
        self._deployer = Deployer(self.emulator)

    def converged(self) -> None:
        walks.site(self.emulator, self._inventory, *walks.TAKEOVER).must_succeed()
        if not self._images():
            self.built()
            walks.site(self.emulator, self._inventory).must_succeed()

    def built(self) -> None:
        """Three images of each service."""
        register_images(self.emulator, "sdt-prod")
        for tag in ("1.1", "1.2"):
            register_images(self.emulator, "sdt-prod", tag)

    def _images(self) -> list[t.Any]:
        return self.emulator.client("ecr").list_images(repositoryName=f"sdt-prod/{SERVICE}")["imageIds"]

    def drifted(self, wave: int) -> None:
        """One field of every resource is otherwise, another in each wave."""
        self.converged()
        for resource in test_drift.drifts(self.emulator, "prod"):
            if wave < len(resource):
                resource[wave].happen(self.emulator)

    def filled(self) -> None:
        self.converged()
        walks.filled(self.emulator)

    # -- work in it ------------------------------------------------------------------------------------------

    def run(self, kind: str, *but: str) -> Run:
        """Do the work with its policies, but for these actions."""
        policies = documents(kind)
        for action in but:
            policies = without(policies, action)
        variables = self._deployer.may(policies)
        one = ("--limit", SERVICE)
        work: dict[str, list[tuple[str, ...]]] = {
            "plan": [("playbooks/plan.yml",)],
            "deploy": [
                ("playbooks/deploy.yml", *one, *walks.TAKEOVER, "-e", f"image_tag={next(self._tags)}"),
                ("playbooks/verify.yml", "-e", f"service={SERVICE}", "-e", "verify_exit_code=2"),
                ("playbooks/rollback.yml", *one, *walks.TAKEOVER),
            ],
            "converge": [("site.yml", *walks.TAKEOVER)],
            "destroy": [("playbooks/destroy.yml", "-e", "confirm=prod", *walks.TAKEOVER)],
        }
        for name, *arguments in work[kind]:
            done = playbook(self.emulator.url, name, self._inventory, *arguments, **variables)
            if done.returncode:
                break
        return done

    def misses(self, kind: str, action: str) -> bool:
        """Whether the work needs the action as the account is now; then it has to say so, by its name."""
        self.emulator.clear()
        done = self.run(kind, action)
        refused = [one for one in self.emulator.requests() if one["error"] in REFUSED]
        if not [
            one for one in refused if one["operation"] != "SimulatePrincipalPolicy"
        ]:  # of oneself, by the preflight
            return False
        said = [one for one in [*done.failures, *done.output.split("[WARNING]")] if action in one]
        assert said, f"nothing names {action}: {done.failures or done.output[-2000:]}"
        return True


@pytest.fixture
def account(emulator: t.Any, tmp_path: pathlib.Path) -> Account:
    return Account(emulator, tmp_path)


def test_each_kind_of_work_is_done_with_its_policies(account: Account) -> None:
    account.run("converge").must_succeed()
    account.built()
    account.run("converge").must_succeed()
    account.run("plan").must_succeed()
    account.run("deploy").must_succeed()
    walks.filled(account.emulator)
    account.run("destroy").must_succeed()
    assert account.emulator.client("ec2").describe_vpcs(Filters=OURS)["Vpcs"] == []


@pytest.mark.long
def test_drift_is_repaired_with_the_policies(account: Account) -> None:
    for wave in range(WAVES):
        account.drifted(wave)
        account.run("plan").must_succeed()
        account.run("converge").must_succeed()


@pytest.mark.long
def test_a_missing_right_is_named(account: Account) -> None:
    """A few of those a plan of an empty account needs."""
    account.emulator.record_rights()
    account.run("plan").must_succeed()
    needed = {one["action"] for one in account.emulator.rights()} & set(actions("plan"))
    for action in random.Random(1).sample(sorted(needed), 3):
        assert account.misses("plan", action), action


# How many actions of a kind of work are taken away, and the states of the account in which they are needed.
STATES: dict[str, tuple[int, list[t.Callable[[Account], None]]]] = {
    "plan": (
        20,
        [Account.empty, Account.converged, *(functools.partial(Account.drifted, wave=wave) for wave in range(WAVES))],
    ),
    "deploy": (20, [Account.converged]),
    "converge": (12, [Account.empty, *(functools.partial(Account.drifted, wave=wave) for wave in range(WAVES))]),
    "destroy": (10, [Account.filled]),
}


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_every_missing_right_is_named(account: Account, kind: str) -> None:
    number, states = STATES[kind]
    left = random.Random(2).sample(actions(kind), number)
    for state in states if left else []:
        state(account)
        for action in list(left):
            if account.misses(kind, action):
                left.remove(action)
            if kind in ("converge", "destroy"):  # what was done meanwhile is not needed again
                state(account)
    assert left == []
