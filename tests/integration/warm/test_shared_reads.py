# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Modules of one run ask AWS the same question once, as long as the answer can be right; looked at from AWS."""

from __future__ import annotations

import pytest

VPC = {"name": "none", "state": "absent", "region": "us-east-1"}
READ = {"sdt.infra.ec2_vpc": VPC}
CREATED = {"sdt.infra.sns_topic": {"name": "test", "region": "us-east-1"}}


@pytest.fixture
def asked(project, emulator):
    """How often a run asked which VPCs there are."""

    def run(*tasks, connection="sdt.infra.warm", **more):
        emulator.clear()
        done = project.run(
            connection,
            list(tasks),
            AWS_ENDPOINT_URL=emulator.url,
            AWS_ACCESS_KEY_ID="testing",
            AWS_SECRET_ACCESS_KEY="testing",
            **more,
        )
        assert done.code == 0, done.output
        return sum(call["operation"] == "DescribeVpcs" for call in emulator.requests())

    return run


@pytest.mark.parametrize("connection", ["sdt.infra.warm", "local"])
def test_the_same_question_is_asked_once(asked, connection):
    assert asked(READ, READ, connection=connection) == 1


def test_hosts_share_too(asked):
    assert asked(READ, READ, hosts=3) in (1, 2, 3)  # those that run side by side may each ask


def test_a_write_of_ours_ends_it(asked):
    assert asked(READ, CREATED, READ) == 2


@pytest.mark.parametrize(
    ("task", "times"),
    [
        ({"ansible.builtin.command": "true"}, 2),
        ({"ansible.builtin.command": "false", "ignore_errors": True}, 2),
        ({"ansible.builtin.debug": {"msg": "hello"}}, 1),
        ({"ansible.builtin.set_fact": {"some": "thing"}}, 1),
    ],
)
def test_a_task_that_might_change_something_ends_it(asked, task, times):
    assert asked(READ, task, READ) == times


def test_another_region_is_another_question(asked):
    assert asked(READ, {"sdt.infra.ec2_vpc": {**VPC, "region": "eu-west-1"}}) == 2


def test_it_can_be_turned_off(asked):
    assert asked(READ, READ, SDT_INFRA_SHARE_READS="false") == 2


def test_without_the_callback_nothing_is_shared(asked):
    assert asked(READ, READ, ANSIBLE_CALLBACKS_ENABLED="record_results") == 2
