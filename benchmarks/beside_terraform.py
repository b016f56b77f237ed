# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collection and Terraform, side by side: the same platform on the same emulator, in turns.

    python benchmarks/beside_terraform.py [--repeat 3] [--only at-once slow in-time growth] [--json FILE]

at-once: production from an empty account to an empty account, nothing takes time. slow: the same with 100 ms for each
request. in-time: databases, gateways and deployments take as long as on AWS, times 0.1, for both. growth: a second run
of development with 4, 16 and 64 services.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import typing as t

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "site")]

import runs
import walks
from measured import Command, Cost, measured

from emulator import terraform, testing

SETTINGS: dict[str, dict[str, t.Any]] = {
    "at-once": {},
    "slow": {"latency_ms": 100},
    "in-time": {"times": "real", "time_scale": 0.1},
}
GROWTH = (4, 16, 64)
CASES = ("plan, nothing there", "apply, nothing there", "second run", "one changed setting", "destroy")
DAYS = 7  # logs are kept, after the change

Figures = dict[tuple[str, str, str], list[Cost]]  # setting, case, tool


class Collection:
    """sdt.infra on an inventory."""

    name = "sdt.infra"

    def __init__(self, url: str, directory: pathlib.Path, environment: str, services: int = 4) -> None:
        self._environment = environment
        self._variables = runs.environment(url, "/dev/null")
        self._variables["ANSIBLE_CALLBACKS_ENABLED"] = "sdt.infra.warm,sdt.infra.lock,sdt.infra.waits,sdt.infra.summary"
        more = {
            name: {"service_port": port, "service_path": path, "service_priority": priority}
            for name, port, path, priority in further(services)
        }
        self._inventory = walks.edited(directory, environment, {"platform_protected": False}, services=more)

    def case(self, name: str) -> Command:
        return {
            "plan, nothing there": self._playbook("site.yml", "--check"),
            "apply, nothing there": self._playbook("site.yml"),
            "second run": self._playbook("site.yml"),
            "one changed setting": self._playbook("site.yml", "-e", f"platform_log_retention_days={DAYS}"),
            "destroy": self._playbook("playbooks/destroy.yml", "-e", f"confirm={self._environment}"),
        }[name]

    def _playbook(self, name: str, *arguments: str) -> Command:
        return Command(["ansible-playbook", name, "-i", self._inventory, *arguments], ROOT, self._variables)


class Terraform:
    """The same platform in benchmarks/terraform."""

    name = "Terraform"

    def __init__(self, url: str, directory: pathlib.Path, environment: str, services: int = 4) -> None:
        options = [f"-var-file={environment}.tfvars", "-var=emulator=true", "-var=deletion_protection=false"]
        options.append("-var=frontend_access_token=ghp_0123456789")
        if services > 4:
            options.append(f"-var=services={json.dumps(self._services(environment, services))}")
        self._workspace = terraform.Workspace(ROOT / "benchmarks" / "terraform", directory / "terraform", url, *options)

    def case(self, name: str) -> Command:
        command, *options = {
            "plan, nothing there": ["plan"],
            "apply, nothing there": ["apply", "-auto-approve"],
            "second run": ["apply", "-auto-approve"],
            "one changed setting": ["apply", "-auto-approve", f"-var=log_retention_days={DAYS}"],
            "destroy": ["destroy", "-auto-approve"],
        }[name]
        return Command(**self._workspace.command(command, *options))

    @staticmethod
    def _services(environment: str, number: int) -> dict[str, dict[str, t.Any]]:
        size = {"cpu": 256, "memory": 512, "min_tasks": 1, "max_tasks": 2}
        first = zip(
            runs.SERVICES,
            (3001, 3002, 3003, 3004),
            ("/auth", "/content", "/submissions", "/sandbox"),
            (10, 20, 30, 40),
            strict=True,
        )
        return {
            name: {"port": port, "path": path, "priority": priority, **size}
            for name, port, path, priority in [*first, *further(number)]
        }


def further(services: int) -> list[tuple[str, int, str, int]]:
    """Name, port, path and priority of the services beyond the first four."""
    return [(f"service-{number}", 3000 + number, f"/part-{number}", number * 10) for number in range(5, services + 1)]


def life(
    tool: t.Any, emulator: testing.Emulator, prefix: str, cases: t.Sequence[str] = CASES
) -> t.Iterator[tuple[str, Cost]]:
    """The cost of each case in an account that starts empty."""
    for name in cases:
        yield name, measured(tool.case(name), emulator)
        if name == "apply, nothing there" and isinstance(tool, Collection):
            # Services wait for their first images; with these they run, as they do at once where Terraform built them.
            repositories = [
                one["repositoryName"] for one in emulator.client("ecr").describe_repositories()["repositories"]
            ]
            runs.register_images(emulator, prefix, services=[name.partition("/")[2] for name in repositories])
            measured(tool.case("apply, nothing there"), emulator)


def side_by_side(setting: str, repeat: int) -> t.Iterator[tuple[tuple[str, str, str], Cost]]:
    with testing.start(**SETTINGS[setting]) as emulator:
        for _time in range(repeat):
            for tool in (Collection, Terraform):
                with account(emulator) as directory:
                    for case, cost in life(tool(emulator.url, directory, "prod"), emulator, "sdt-prod"):
                        yield (setting, case, tool.name), cost


def growth(repeat: int) -> t.Iterator[tuple[tuple[str, str, str], Cost]]:
    with testing.start() as emulator:
        for services in GROWTH:
            for tool in (Collection, Terraform):
                with account(emulator) as directory:
                    one = tool(emulator.url, directory, "dev", services)
                    cases = ["apply, nothing there", *["second run"] * repeat]
                    for case, cost in life(one, emulator, "sdt-dev", cases):
                        if case == "second run":
                            yield ("growth", f"second run, {services} services", tool.name), cost


@contextlib.contextmanager
def account(emulator: testing.Emulator) -> t.Iterator[pathlib.Path]:
    """An empty account whose quotas are no obstacle, and a directory."""
    emulator.reset()
    quotas = emulator.client("service-quotas")
    for service, code, value in (("fargate", "L-3032A538", 1000), ("vpc", "L-0EA8095F", 200)):
        quotas.request_service_quota_increase(ServiceCode=service, QuotaCode=code, DesiredValue=value)
    with tempfile.TemporaryDirectory() as directory:
        yield pathlib.Path(directory)


def table(figures: Figures) -> str:
    """Medians, and ratios of ours to Terraform's."""
    lines = [
        "| setting | case | wall, s | | ratio | cpu, s | | ratio | memory, MB | | ratio | requests (writes) | |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| | | sdt.infra | Terraform | | sdt.infra | Terraform | | sdt.infra | Terraform | | sdt.infra | Terraform |",
    ]
    for setting, case in dict.fromkeys(key[:2] for key in figures):
        pair = [figures.get((setting, case, tool.name)) for tool in (Collection, Terraform)]
        if not all(pair):
            continue
        cells = [setting, case]
        for name, digits in (("wall", 1), ("cpu", 1), ("memory_mb", 0)):
            ours, theirs = (middle(costs or [], name) for costs in pair)
            cells += [f"{ours:.{digits}f}", f"{theirs:.{digits}f}", f"{ours / theirs:.2f}"]
        cells += [f"{middle(costs or [], 'requests'):.0f} ({middle(costs or [], 'writes'):.0f})" for costs in pair]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def middle(costs: t.Sequence[Cost], name: str) -> float:
    return statistics.median(getattr(cost, name) for cost in costs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=[*SETTINGS, "growth"], default=[*SETTINGS, "growth"])
    parser.add_argument("--json", type=pathlib.Path, help="also write every single figure there")
    options = parser.parse_args()
    if missing := terraform.missing():
        sys.exit(missing)
    figures: Figures = collections.defaultdict(list)
    for setting in options.only:
        for key, cost in growth(options.repeat) if setting == "growth" else side_by_side(setting, options.repeat):
            figures[key].append(cost)
            print(*key, f"{cost.wall:.1f} s", file=sys.stderr)
    print(table(figures))
    if options.json:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
        every = [
            {"setting": setting, "case": case, "tool": tool, **dataclasses.asdict(cost)}
            for (setting, case, tool), costs in figures.items()
            for cost in costs
        ]
        about = {"commit": commit.stdout.strip(), "python": platform.python_version(), "machine": platform.machine()}
        options.json.write_text(json.dumps({**about, "figures": every}, indent=1))


if __name__ == "__main__":
    main()
