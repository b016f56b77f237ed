# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Many environments at once: hosts of an inventory of environments, spread over jobs as AWX slices them, and over
the forks of each.
"""

from __future__ import annotations

import collections
import json
import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
import yaml
from runs import ROOT

BIN = pathlib.Path(sys.executable).parent


def inventory(folder: pathlib.Path, count: int) -> dict[str, t.Any]:
    """Environments, each in an account of its own, whose role is assumed."""
    hosts = {
        f"customer-{number:03}": {
            "fleet_inventory": str(ROOT / "inventories" / "dev"),
            "fleet_variables": {
                "platform_environment": f"c{number:03}",
                "network_cidr": f"10.{number + 10}.0.0/16",
                "platform_assume_role_arn": f"arn:aws:iam::{100000000000 + number}:role/deploy",
                "account_preflight": False,
            },
        }
        for number in range(1, count + 1)
    }
    settings = {"ansible_connection": "sdt.infra.warm", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    (folder / "hosts.yml").write_text(yaml.safe_dump({"environments": {"hosts": hosts, "vars": settings}}))
    return hosts


def slices(hosts: t.Iterable[str], count: int) -> list[list[str]]:
    """Every count-th host, as AWX slices an inventory."""
    return [sorted(hosts)[number::count] for number in range(count)]


def fleet(
    url: str, folder: pathlib.Path, hosts: list[list[str]], forks: int, **options: t.Any
) -> list[subprocess.CompletedProcess]:
    """A job for each slice, at the same time, each in a private data directory of ansible-runner."""
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "of-a-test",
    }
    started = []
    for number, some in enumerate(hosts):
        job = folder / f"job{number}"
        (job / "env").mkdir(parents=True)
        (job / "env" / "extravars").write_text(json.dumps({"awx_job_id": number, **options}))
        (job / "project").symlink_to(ROOT)
        command = [
            BIN / "ansible-runner", "run", job, "-p", "playbooks/fleet.yml", "--inventory", folder / "hosts.yml",
            "--limit", ",".join(some), "--forks", str(forks), "--ident", "1", "--quiet",
        ]  # fmt: skip
        paths = {"PATH": f"{BIN}:{environment['PATH']}", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
        started.append(
            subprocess.Popen(
                [str(word) for word in command],
                env={**environment, **paths},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        )
    return [subprocess.CompletedProcess(one.args, one.wait(1200), one.stdout.read()) for one in started]


def outcome(folder: pathlib.Path, jobs: int) -> dict[str, tuple[str, str]]:
    """host -> how its run ended, and what was said."""
    ended = {}
    for number in range(jobs):
        for path in (folder / f"job{number}" / "artifacts" / "1" / "job_events").glob("[0-9]*.json"):
            one = json.loads(path.read_text())
            if one["event"] in ("runner_on_ok", "runner_on_failed") and one["event_data"]["task"] == "Run the verb":
                data = one["event_data"]
                ended[data["host"]] = (one["event"], data["res"].get("msg", ""))
    return ended


def plans(emulator: t.Any, folder: pathlib.Path, count: int, jobs: int, forks: int) -> None:
    hosts = inventory(folder, count)
    done = fleet(emulator.url, folder, slices(hosts, jobs), forks, verb="plan")
    ended = outcome(folder, jobs)
    assert [one.returncode for one in done] == [0] * jobs, ended
    assert {host: how for host, (how, _said) in ended.items()} == dict.fromkeys(hosts, "runner_on_ok")
    for host, given in hosts.items():
        log = (ROOT / "artifacts" / "fleet" / f"{host}.log").read_text()
        name = f"sdt-{given['fleet_variables']['platform_environment']}"
        assert f"Plan of {name}:" in log and " to create" in log
    roles = collections.Counter(one["operation"] for one in emulator.requests())
    assert emulator.mutations() == []
    print(
        f"{count} environments, {sum(roles.values()) / count:.0f} requests each, {roles['AssumeRole'] / count:.1f} of"
        " them for credentials"
    )


def test_environments_are_spread_over_jobs_and_forks(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    plans(emulator, tmp_path, count=3, jobs=2, forks=2)


@pytest.mark.long
def test_a_hundred_environments(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    """And so 400 services."""
    plans(emulator, tmp_path, count=100, jobs=2, forks=2)


def test_what_fails_is_named_and_the_others_go_on(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    hosts = inventory(tmp_path, 2)
    hosts["customer-001"]["fleet_variables"]["network_cidr"] = "nonsense"  # which plan refuses
    hosts["customer-002"]["fleet_inventory"] = "inventories/nowhere"
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"environments": {"hosts": hosts}}))
    (done,) = fleet(emulator.url, tmp_path, [sorted(hosts)], 2, verb="plan")
    ended = outcome(tmp_path, 1)
    assert done.returncode != 0 and {how for how, _said in ended.values()} == {"runner_on_failed"}
    assert "There is no inventory inventories/nowhere (fleet_inventory)" in ended["customer-002"][1]
    assert "nonsense" in ended["customer-001"][1] and "customer-001.log has all of it" in ended["customer-001"][1]
