# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole site, as a user runs it: preview, converge, again, destroy, converge again."""

from __future__ import annotations

import re
import typing as t

import pytest
from account import contents, tagged
from runs import ENVIRONMENTS, SERVICES, playbook, register_images, resources
from walks import destroy, nothing_to_do, operations, site

PROTECTED = ("staging", "prod")
MINIMUM = {"dev": 1, "staging": 1, "prod": 2}


@pytest.mark.long
@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_preview_converge_again_destroy_and_back(emulator: t.Any, env: str) -> None:
    empty = contents(emulator)
    emulator.clear()
    preview = site(emulator, env, "--check", "--diff").must_succeed()
    assert operations(emulator) == []
    assert contents(emulator) == empty

    real = site(emulator, env).must_succeed()
    assert real.actions
    print(f"{env}: {len(resources(real.actions))} resources")
    assert resources(preview.previewed) == resources(real.actions)
    assert tagged(emulator, env)
    pending = nothing_to_do(emulator, env).pending
    assert [service for service in SERVICES if not any(service in sentence for sentence in pending)] == []

    register_images(emulator, f"sdt-{env}")
    released = site(emulator, env).must_succeed()
    assert {host for host, _action, _kind, _name in released.actions} == set(SERVICES)
    assert running(emulator, env) == dict.fromkeys(SERVICES, MINIMUM[env])
    nothing_to_do(emulator, env)

    full = contents(emulator)
    refused_without_a_confirmation(emulator, env)
    if env in PROTECTED:
        refused_while_protected(emulator, env)
    assert contents(emulator) == full
    destroyed(emulator, env, empty)

    back = site(emulator, env).must_succeed()
    # Of what is created, only what has been kept is not there.
    missing = resources(real.actions) - resources(back.actions)
    assert {kind for _host, kind, _name in missing} <= {"service_linked_role", "role", "secret", "table"}
    secrets = emulator.client("secretsmanager").list_secrets()["SecretList"]
    assert {one["Name"] for one in secrets} >= {f"sdt-{env}/database"}
    nothing_to_do(emulator, env)


@pytest.mark.long
@pytest.mark.consumes
def test_destroyed_leaves_what_it_said(shared: t.Any) -> None:
    refused_without_a_confirmation(shared.emulator, "dev")
    destroyed(shared.emulator, "dev", shared.empty)


def running(emulator: t.Any, env: str) -> dict[str, int]:
    services = emulator.client("ecs").describe_services(cluster=f"sdt-{env}", services=list(SERVICES))["services"]
    return {one["serviceName"]: one["runningCount"] for one in services}


def refused_without_a_confirmation(emulator: t.Any, env: str) -> None:
    unprotected = ["-e", "platform_protected=false"] if env in PROTECTED else []
    for confirmation in ([], ["-e", "confirm=another"]):
        emulator.clear()
        refused = destroy(emulator, env, *unprotected, *confirmation)
        assert refused.returncode != 0
        assert operations(emulator) == []
        assert refused.actions == []
        if env not in PROTECTED:
            assert f"confirm={env}" in " ".join(refused.failures)
            assert refused.previewed, "what would go is listed first"
    if env not in PROTECTED:
        emulator.clear()
        preview = destroy(emulator, env, "-e", f"confirm={env}", "--check").must_succeed()
        assert preview.previewed and operations(emulator) == [], "a preview deletes nothing, confirmed or not"


def refused_while_protected(emulator: t.Any, env: str) -> None:
    # Images are kept first of all; and if they need not be, then what AWS itself protects.
    for arguments, reason in ([], "is not empty"), (["-e", "ecr_force_delete=true"], "protect"):
        emulator.clear()
        protected = destroy(emulator, env, "-e", f"confirm={env}", *arguments)
        assert protected.returncode != 0
        assert reason in " ".join(protected.failures)
        assert operations(emulator) == []

    refused = playbook(emulator.url, "playbooks/unprotect.yml", env)
    assert refused.returncode != 0
    assert operations(emulator) == []

    playbook(emulator.url, "playbooks/unprotect.yml", env, "-e", f"confirm={env}").must_succeed()
    lifting = {"rds:ModifyDBInstance", "elbv2:ModifyLoadBalancerAttributes"}
    assert "rds:ModifyDBInstance" in operations(emulator)
    assert set(operations(emulator)) <= lifting


def destroyed(emulator: t.Any, env: str, empty: set[str]) -> None:
    """Destroy; what is left is this and nothing else. Once more there is nothing to do."""
    arguments = ["-e", f"confirm={env}", "-e", "platform_protected=false"]
    done = destroy(emulator, env, *arguments).must_succeed()
    assert resources(done.previewed) == resources(done.actions)
    prefix = f"sdt-{env}"
    kept = {
        r"automated backup PREFIX-postgres",
        r"snapshot PREFIX-postgres-final-\S+",
        r"snapshot rds:PREFIX-postgres-\S+",  # those of the automated backups
        r"secret PREFIX/database deleted",  # can be restored
        r"task definition PREFIX-\S+ inactive",  # AWS deletes them itself
        r"role AWSServiceRoleFor\w+",  # belong to the account
        r"table sdt-infra-runs",  # so do the records of its runs
        r"key \S+",  # those AWS manages, one for each of its services
    }
    left = contents(emulator) - empty
    patterns = [re.compile(pattern.replace("PREFIX", prefix)) for pattern in kept]
    assert {one for one in left if not any(pattern.fullmatch(one) for pattern in patterns)} == set()
    for pattern in patterns:
        assert any(pattern.fullmatch(one) for one in left), f"{pattern.pattern} was to be kept"
    types = {arn.split(":", 6)[2] + ":" + re.split("[:/]", arn.split(":", 5)[5])[0] for arn in tagged(emulator, env)}
    # NAT gateways and stopped tasks go on being shown for an hour.
    assert types == {"rds:snapshot", "secretsmanager:secret", "ecs:task-definition", "ecs:task", "ec2:natgateway"}

    emulator.clear()
    again = destroy(emulator, env, *arguments).must_succeed()
    assert again.actions == []
    assert operations(emulator) == []
