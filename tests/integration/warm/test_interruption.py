# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nothing is left behind by a playbook that is interrupted or runs out of time, and nothing is shown meanwhile."""

from __future__ import annotations

import signal

import pytest

from tests.integration.warm.processes import processes_with, wait_until

WARM = "sdt.infra.warm"


def environment(mark: str) -> dict[str, str]:
    return dict([mark.split("=")])


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_playbook_leaves_no_process(project, mark, signum):
    secret = "secret-of-this-test"
    tasks = [
        {
            "ansible.builtin.command": {"argv": ["sleep", "1001"]},
            "environment": {"SECRET": secret},
            "no_log": True,
        }
    ]
    with project.start(WARM, tasks, hosts=3, **environment(mark)) as process:
        try:
            assert wait_until(lambda: sum("sleep 1001" in line for line in processes_with(mark).values()) == 3)
            assert not [line for line in processes_with(mark).values() if secret in line]
            process.send_signal(signum)
            process.communicate(timeout=60)
            assert process.returncode != 0
        finally:
            process.kill()
    assert wait_until(lambda: not processes_with(mark)), processes_with(mark)


def test_a_task_that_runs_out_of_time_leaves_no_process(project, mark):
    tasks = [
        {"ansible.builtin.command": "sleep 1002", "timeout": 2, "ignore_errors": True},
        {"ansible.builtin.command": "echo still here"},
    ]
    run = project.run(WARM, tasks, **environment(mark))
    assert run.code == 0
    assert [line["status"] for line in run.results] == ["failed", "ok"]
    assert "Timed out after 2 second" in str(run.results[0]["result"])
    assert wait_until(lambda: not processes_with(mark)), processes_with(mark)


def test_no_temporary_files_are_left(project, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    tasks = [
        {"ansible.builtin.command": "echo hello"},
        {"ansible.builtin.copy": {"content": "x", "dest": "{{ playbook_dir }}/copied"}},
        {"ansible.builtin.uri": {"url": "{{ lookup('env', 'ENDPOINT') }}", "method": "POST"}, "ignore_errors": True},
        {"ansible.builtin.command": "sleep 1003", "timeout": 1, "ignore_errors": True},
    ]
    project.run(WARM, tasks, TMPDIR=str(temporary))
    assert list(temporary.iterdir()) == []
    for directory in (tmp_path / "tmp", tmp_path / "local"):
        assert not directory.exists() or list(directory.iterdir()) == []
