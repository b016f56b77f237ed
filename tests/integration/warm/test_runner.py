# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Under ansible-runner, which AWX starts playbooks with, modules run in forks too, and nothing else is different."""

from __future__ import annotations

import typing as t

import ansible_runner

from tests.integration.warm.processes import processes_with, wait_until

RESULTS = ("runner_on_ok", "runner_on_failed")
TASKS = [
    {"ansible.builtin.ping": {"data": "ünïcode"}},
    {"ansible.builtin.command": "echo hello"},
    {"ansible.builtin.command": "false", "ignore_errors": True},
    {"ansible.builtin.shell": "cat; env | grep -c ^ANSIBLE_ >&2; test -t 0 || test -t 1 || echo no terminal"},
]
VOLATILE = {"start", "end", "delta"}


def events(project: t.Any, connection: str, tasks: list[dict], **more: t.Any) -> tuple[t.Any, list[dict]]:
    """The run of a playbook, and what ansible-runner has to tell of it."""
    project.write(connection, tasks)
    private = project.directory / "runner"
    private.mkdir(exist_ok=True)
    run = ansible_runner.run(
        private_data_dir=str(private),
        project_dir=str(project.directory),
        playbook="playbook.yml",
        inventory=str(project.directory / "inventory.yml"),
        envvars=project.environment,
        verbosity=3,
        quiet=True,
        **more,
    )
    return run, list(run.events)


def results(found: list[dict]) -> list[dict]:
    return [
        {name: value for name, value in event["event_data"]["res"].items() if name not in VOLATILE}
        for event in found
        if event["event"] in RESULTS
    ]


def test_results_are_the_same(project: t.Any) -> None:
    local_run, local = events(project, "ansible.builtin.local", TASKS)
    warm_run, warm = events(project, "sdt.infra.warm", TASKS)
    assert (warm_run.status, warm_run.rc) == (local_run.status, local_run.rc) == ("successful", 0)
    assert len(results(warm)) == len(TASKS)
    assert results(warm) == results(local)
    assert "".join(event["stdout"] for event in warm).count("EXEC IN FORK") == len(TASKS)


def test_a_playbook_that_is_cancelled_leaves_nothing(project: t.Any, mark: str) -> None:
    """Although ansible-runner kills without a warning; over Ansible's own connection a module is left at work."""
    project.environment.update([mark.split("=")])
    at_work: list[str] = []

    def cancel() -> bool:
        at_work.extend(line for line in processes_with(mark).values() if "sleep 1004" in line)
        return bool(at_work)

    run, _found = events(project, "sdt.infra.warm", [{"ansible.builtin.command": "sleep 1004"}], cancel_callback=cancel)
    assert run.status == "canceled"
    assert wait_until(lambda: not processes_with(mark)), processes_with(mark)
