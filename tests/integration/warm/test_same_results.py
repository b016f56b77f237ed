# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every task has the same result over both connections."""

from __future__ import annotations

import pytest

from tests.integration.warm.comparison import WARM, both

AWS = {"access_key": "AKIAEXAMPLE", "secret_key": "secretexample", "region": "eu-central-1"}


def test_modules_of_ansible(project):
    tasks = [
        {"ansible.builtin.ping": {"data": 'it\'s "quoted" ünïcode\nand more'}},
        {"ansible.builtin.command": "echo hello"},
        {"ansible.builtin.command": "false", "ignore_errors": True},
        {"ansible.builtin.command": {"cmd": "cat", "stdin": "given"}},
        {"ansible.builtin.shell": "echo $0 $PWD $A; umask; ulimit -n; echo err >&2", "environment": {"A": "b c"}},
        {"ansible.builtin.shell": "ls /proc/self/fd; readlink -f /proc/$$/fd/*"},
        {"ansible.builtin.shell": "env | grep -v ^_= | sort"},
        {"ansible.builtin.shell": "locale; date +%Z", "environment": {"TZ": "XYZ-3", "LC_ALL": "C"}},
        {"ansible.builtin.shell": "cat; pwd", "args": {"chdir": "/"}},
        {"ansible.builtin.copy": {"content": "text", "dest": "{{ playbook_dir }}/copied", "mode": "0640"}},
        {"ansible.builtin.copy": {"content": "text", "dest": "{{ playbook_dir }}/copied", "mode": "0640"}},
        {"ansible.builtin.file": {"path": "{{ playbook_dir }}/dir", "state": "directory"}},
        {"ansible.builtin.file": {"path": "{{ playbook_dir }}/dir", "state": "absent"}},
        {"ansible.builtin.lineinfile": {"path": "{{ playbook_dir }}/copied", "line": "more"}},
        {"ansible.builtin.stat": {"path": "{{ playbook_dir }}/copied"}},
        {"ansible.builtin.slurp": {"src": "{{ playbook_dir }}/copied"}},
        {"ansible.builtin.file": {"path": "{{ playbook_dir }}/copied", "state": "absent"}},
        {"ansible.builtin.uri": {"url": "{{ lookup('env', 'ENDPOINT') }}", "method": "POST", "return_content": True}},
        {"ansible.builtin.uri": {"url": "http://127.0.0.1:9"}, "ignore_errors": True},
        {"ansible.builtin.get_url": {"url": "file:///etc/hostname", "dest": "{{ playbook_dir }}/got", "force": True}},
        {"ansible.builtin.file": {"path": "{{ playbook_dir }}/got", "state": "absent"}},
        {"ansible.builtin.wait_for": {"path": "/nowhere", "timeout": 1, "sleep": 1}, "ignore_errors": True},
        {"ansible.builtin.tempfile": {"path": "{{ playbook_dir }}"}, "register": "made"},
        {"ansible.builtin.file": {"path": "{{ made.path }}", "state": "absent"}, "no_log": True},
        {"ansible.builtin.getent": {"database": "passwd", "key": "root"}},
        {"ansible.builtin.setup": {"gather_subset": ["!all", "python", "env"]}, "no_log": False},
        {"ansible.builtin.ping": {"data": "crash"}, "ignore_errors": True},
        {"ansible.builtin.ping": {"unknown": "option"}, "ignore_errors": True},
        {"ansible.builtin.command": "echo {{ item }}", "loop": [1, 2, 3]},
        {"ansible.builtin.command": "echo secret", "no_log": True},
        {"ansible.builtin.raw": "echo raw"},
        {"ansible.builtin.package_facts": {"manager": "auto"}, "ignore_errors": True, "no_log": True},
        {"ansible.builtin.command": "echo later", "async": 20, "poll": 1, "register": "later"},
    ]
    local, warm = both(project, tasks, options=["-vvv"], ENDPOINT=project.endpoint)
    assert (local.forks, warm.forks > 20) == (0, True)


@pytest.fixture(autouse=True)
def _endpoint(project, endpoint):
    project.endpoint = endpoint


def test_modules_for_aws(project, endpoint):
    tasks = [
        {"amazon.aws.ec2_vpc_net_info": {**AWS, "endpoint_url": endpoint}},
        {"amazon.aws.ec2_vpc_net_info": {"filters": {"tag:Name": "x"}}, "environment": {
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secretexample",
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL": endpoint,
        }},
        {"amazon.aws.ec2_vpc_net_info": {**AWS, "endpoint_url": "http://127.0.0.1:9"}, "ignore_errors": True,
         "environment": {"AWS_MAX_ATTEMPTS": "1"}},
        {"amazon.aws.ec2_vpc_net_info": {"endpoint_url": endpoint, "region": "eu-central-1"}, "ignore_errors": True},
        {"amazon.aws.ec2_vpc_net_info": {**AWS, "region": "no-such-region-1", "endpoint_url": endpoint}},
        {"amazon.aws.ec2_vpc_net_info": {"vpc_ids": {"not": "a list"}}, "ignore_errors": True},
        {"amazon.aws.s3_bucket_info": {**AWS, "endpoint_url": endpoint}, "ignore_errors": True},
        {"amazon.aws.rds_instance_info": {**AWS, "endpoint_url": endpoint}, "ignore_errors": True},
        {
            "community.aws.ecs_cluster": {**AWS, "endpoint_url": endpoint, "name": "x", "state": "absent"},
            "ignore_errors": True,
        },
    ]  # fmt: skip
    _local, warm = both(project, tasks, options=["-vvv"])
    assert warm.forks == len(tasks)
    assert "secretexample" not in warm.output.replace("AWS_SECRET_ACCESS_KEY=secretexample", "")


WAYS = "kill segfault raise exit silence garbage noise warn python_warning fail large return well"


def test_modules_that_misbehave(project):
    tasks = [{"misbehave": {"how": how}, "ignore_errors": True} for how in WAYS.split()]
    both(project, tasks)


@pytest.mark.parametrize(
    "options", [["--check", "--diff"], ["-v"], ["-vvvv"]], ids=["check", "verbose", "very verbose"]
)
def test_with_options(project, options):
    tasks = [
        {"ansible.builtin.copy": {"content": "text", "dest": "{{ playbook_dir }}/copied"}},
        {"ansible.builtin.command": {"cmd": "touch {{ playbook_dir }}/x", "creates": "{{ playbook_dir }}/x"}},
        {"ansible.builtin.file": {"path": "{{ playbook_dir }}/copied", "state": "absent"}},
        {"ansible.builtin.file": {"path": "{{ playbook_dir }}/x", "state": "absent"}},
    ]
    both(project, tasks, options=options)


@pytest.mark.parametrize(
    "environment",
    [
        {"ANSIBLE_DEBUG": "1"},
        {"ANSIBLE_KEEP_REMOTE_FILES": "1"},
        *(
            pytest.param(one, marks=pytest.mark.long)
            for one in (
                {"ANSIBLE_PIPELINING": "0"},
                {"ANSIBLE_MODULE_COMPRESSION": "ZIP_STORED"},
                {"ANSIBLE_DISPLAY_TRACEBACK": "always"},
                {"ANSIBLE_PYTHON_MODULE_RLIMIT_NOFILE": "500"},
                {"ANSIBLE_INJECT_FACT_VARS": "0", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
            )
        ),
    ],
    ids=lambda environment: next(iter(environment)),
)
def test_with_configuration(project, environment):
    tasks = [{"ansible.builtin.ping": None}, {"ansible.builtin.shell": "ulimit -n; echo done"}]
    both(project, tasks, **environment)


def test_many_at_once(project):
    tasks = [{"ansible.builtin.command": "echo {{ inventory_hostname }}"}]
    run = project.run(WARM, tasks, hosts=100, options=["-f", "100", "-vvv"])
    assert run.code == 0
    assert run.forks == 100
    assert {line["result"]["stdout"] for line in run.results} == {f"host{number}" for number in range(100)}
