# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The warm connection gives, task by task, the results that Ansible's own connection gives."""

from __future__ import annotations

import json
import re
import typing as t

import pytest
from runs import Run, register_images
from walks import site

# What another account, or another time, makes different: ids, times, random parts of names.
DIFFERENT = [
    (
        re.compile(
            r"\b(?:vpc|subnet|igw|rtb|rtbassoc|nat|eipalloc|eipassoc|eni|sg|sgr|vpce|fl|srv|ns|d|acl|dopt)"
            r"-[0-9a-z]{8,20}\b"
        ),
        "ID",
    ),
    (re.compile(r"\bdb-[0-9A-Z]{20,}\b"), "ID"),  # databases, whose ids may have a Z after the hyphen
    (re.compile(r"\bZ[0-9A-Z]{13,31}\b"), "ID"),  # hosted zones
    (re.compile(r"\bA[A-Z]{3}[0-9A-Z]{17}\b"), "ID"),  # roles
    (re.compile(r"\bd[0-9a-z]{12,13}\b"), "ID"),  # apps of Amplify
    (re.compile(r"(?<=scalable-target/)\w+"), "ID"),
    (re.compile(r"(?<=ecs-svc/)\d+"), "ID"),
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(?:Z|[+-]\d\d:\d\d)?"), "TIME"),
    (re.compile(r"(?<=-)\d+(?=\.us-east-1\.elb\.amazonaws\.com)"), "ID"),
    (re.compile(r"(?<=/)[0-9a-f]{16,17}\b"), "ID"),
    (re.compile(r"(?<=sdt-dev/database-)\w{6}"), "ID"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?!/)"), "ADDRESS"),
    (re.compile(r"\b[a-z0-9]{12,14}(?=\.(?:us-east-1\.rds|amplifyapp)\.|\b\"?,? \"?default_domain)"), "ID"),
    # Whatever else is long and has digits in it is made by AWS.
    (re.compile(r"\b(?=[A-Za-z]*\d)[A-Za-z0-9]{12,}\b"), "ID"),
]
# How the task was run and not what came of it.
ASIDE = ("_ansible_", "start", "end", "delta", "deprecations", "exception")


def results(run: Run) -> list[str]:
    """The results of a run as text, without what no two runs have in common, sorted as hosts run side by side."""
    return sorted(_normal(one) for one in run.results)


def _normal(result: dict[str, t.Any]) -> str:
    answer = {name: value for name, value in result["answer"].items() if not name.startswith(ASIDE)}
    text = json.dumps({**result, "answer": answer}, sort_keys=True)
    for pattern, word in DIFFERENT:
        text = pattern.sub(word, text)
    return text


def test_building_the_site_gives_the_same_results(emulator: t.Any, shared: t.Any) -> None:
    """What the environment that other tests share was built with is compared with a build over Ansible's own."""
    local = site(emulator, "dev", "-e", "ansible_connection=local").must_succeed()
    assert shared.built.results
    assert results(shared.built) == results(local)


@pytest.mark.long
def test_previews_and_later_runs_give_the_same_results(emulator: t.Any) -> None:
    """The same steps over both connections, each from an empty account."""
    runs: dict[str, list[Run]] = {}
    for connection in ("sdt.infra.warm", "local"):
        chosen = ("-e", f"ansible_connection={connection}")
        emulator.reset()
        preview = site(emulator, "dev", "--check", "--diff", *chosen).must_succeed()
        site(emulator, "dev").must_succeed()
        register_images(emulator, "sdt-dev")
        runs[connection] = [preview, *(site(emulator, "dev", *chosen).must_succeed() for _time in range(2))]
    for warm, local in zip(*runs.values(), strict=True):
        assert warm.results
        assert results(warm) == results(local)
