# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Modules of this collection run in the worker of their task where nothing speaks against it, with the same results."""

from __future__ import annotations

import pytest

from tests.integration.warm.comparison import WARM, both

VPC = {"name": "none", "state": "absent", "region": "us-east-1"}
READ = {"sdt.infra.ec2_vpc": VPC}
CREATED = {"sdt.infra.sns_topic": {"name": "test", "region": "us-east-1", "tags": {"ünï": 'quoted "code"'}}}


@pytest.fixture
def aws(emulator):
    return {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }


def ways(project, aws, *tasks, **more):
    """How many modules ran in a worker, in a fork, and what came of the tasks."""
    done = project.run(WARM, list(tasks), options=["-vvv"], **aws, **more)
    return done.output.count("EXEC IN WORKER"), done.forks, done


def test_a_module_runs_in_the_worker(project, aws):
    workers, forks, done = ways(project, aws, READ, CREATED, {"ansible.builtin.ping": {}}, hosts=2)
    assert done.code == 0, done.output
    assert (workers, forks) == (4, 2), "others run in forks"


@pytest.mark.parametrize(
    "more",
    [
        {"loop": [1, 2]},
        {"until": True, "retries": 1},
        {"timeout": 60},
        {"async": 60, "poll": 1},
        {"environment": {"PYTHONWARNINGS": "ignore"}},
        {"vars": {"ansible_connection": "local"}},
        {"vars": {"ansible_pipelining": False}},
        {"delegate_to": "localhost"},
    ],
    ids=str,
)
def test_a_task_that_asks_for_more_does_not(project, aws, more):
    workers, _forks, done = ways(project, aws, {**READ, **more})
    assert done.code == 0, done.output
    assert workers == 0


def test_results_are_the_same(project, aws):
    tasks = [
        READ,
        CREATED,
        {**CREATED, "check_mode": True, "diff": True},
        {"sdt.infra.ec2_vpc": {"name": "none", "cidr": "wrong", "region": "us-east-1"}, "ignore_errors": True},
        {"sdt.infra.ec2_vpc": {"name": "none", "unknown": 1}, "ignore_errors": True},
        {
            "sdt.infra.sts_caller_info": {"region": "us-east-1"},
            "environment": {"AWS_REGION": "eu-central-1", "TZ": "Asia/Tokyo"},
        },
        {"sdt.infra.sns_topic": {"name": "x" * 300, "region": "us-east-1"}, "ignore_errors": True},
    ]
    project.run(WARM, [CREATED], **aws)
    both(project, tasks, **aws)


def test_what_a_module_prints_is_not_lost(project, aws):
    """Warnings and deprecations of the module, and a value that must not be shown."""
    tasks = [
        {"sdt.infra.sns_topic": {"name": "test", "region": "us-east-1", "state": "absent"}, "no_log": True},
        {
            "sdt.infra.secretsmanager_secret": {
                "name": "test",
                "region": "us-east-1",
                "generate": {"key": {"length": 20}},
            }
        },
    ]
    project.run(WARM, tasks, **aws)
    both(project, tasks, **aws)
