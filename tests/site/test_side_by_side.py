# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All environments in one account: none is in another's way."""

from __future__ import annotations

import typing as t

import pytest
from account import contents
from runs import ENVIRONMENTS
from walks import converged, destroy, nothing_to_do

SHARED = "sdt-rds-monitoring"  # the one resource of ours that environments share


@pytest.mark.long
def test_three_environments_in_one_account(emulator: t.Any) -> None:
    for env in ENVIRONMENTS:
        converged(emulator, env, f"sdt-{env}")
    for env in ENVIRONMENTS:
        nothing_to_do(emulator, env)

    full = contents(emulator)
    destroy(emulator, "dev", "-e", "confirm=dev").must_succeed()
    left = contents(emulator)
    named = {one for one in full - left if " sdt-" in one or "/sdt-" in one}
    assert named
    assert {one for one in named if "sdt-dev" not in one} == set()
    assert f"role {SHARED}" in left
    for env in ("staging", "prod"):
        assert f"scanning filter sdt-{env}/auth-service" in left
        nothing_to_do(emulator, env)

    converged(emulator, "dev", "sdt-dev")
    for env in ENVIRONMENTS:
        nothing_to_do(emulator, env)
