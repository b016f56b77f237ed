# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole site, as a user runs it: preview, converge, again, change, destroy, converge again."""

from __future__ import annotations

import typing as t

import pytest
from runs import ENVIRONMENTS, SERVICES, Run, playbook, register_images

ALL = [pytest.param("dev"), *(pytest.param(name, marks=pytest.mark.long) for name in ENVIRONMENTS[1:])]


def site(emulator: t.Any, env: str, *arguments: str) -> Run:
    return playbook(emulator.url, "site.yml", env, *arguments)


def converged(emulator: t.Any, env: str) -> None:
    """An environment whose services run."""
    site(emulator, env).must_succeed()
    register_images(emulator, f"sdt-{env}")
    site(emulator, env).must_succeed()


def nothing_to_do(emulator: t.Any, env: str, *arguments: str) -> None:
    emulator.clear()
    again = site(emulator, env, *arguments).must_succeed()
    assert again.actions == []
    assert again.changed == []
    assert emulator.mutations() == []


@pytest.mark.parametrize("env", ALL)
def test_preview_converge_again_destroy_and_back(emulator: t.Any, env: str) -> None:
    emulator.clear()
    preview = site(emulator, env, "--check", "--diff").must_succeed()
    assert emulator.mutations() == []

    real = site(emulator, env).must_succeed()
    assert preview.resources == real.resources
    nothing_to_do(emulator, env)
    pending = site(emulator, env).pending
    assert all(any(service in sentence for sentence in pending) for service in SERVICES), pending

    register_images(emulator, f"sdt-{env}")
    released = site(emulator, env).must_succeed()
    assert {host for host, _action, _kind, _name in released.actions} == set(SERVICES)
    nothing_to_do(emulator, env)
    services = emulator.client("ecs").describe_services(cluster=f"sdt-{env}", services=list(SERVICES))["services"]
    minimum = 2 if env == "prod" else 1
    assert {one["serviceName"]: one["desiredCount"] for one in services} == dict.fromkeys(SERVICES, minimum)

    emulator.clear()
    refused = playbook(emulator.url, "playbooks/destroy.yml", env)
    assert refused.returncode != 0
    assert emulator.mutations() == []
    destroy(emulator, env)
    site(emulator, env).must_succeed()
    nothing_to_do(emulator, env)


def destroy(emulator: t.Any, env: str) -> None:
    """Destroy with everything a user has to say for it; twice, the second time quietly."""
    unprotected = ["-e", "platform_protected=false"]
    if env != "dev":
        emulator.clear()
        protected = playbook(emulator.url, "playbooks/destroy.yml", env, "-e", f"confirm={env}")
        assert protected.returncode != 0
        assert emulator.mutations() == []
        playbook(emulator.url, "playbooks/unprotect.yml", env, "-e", f"confirm={env}").must_succeed()
    playbook(emulator.url, "playbooks/destroy.yml", env, "-e", f"confirm={env}", *unprotected).must_succeed()
    emulator.clear()
    again = playbook(emulator.url, "playbooks/destroy.yml", env, "-e", f"confirm={env}", *unprotected)
    assert again.must_succeed().actions == []
    assert emulator.mutations() == []
