# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that do not need each other are converged at the same time; one that fails keeps the others from going on."""

from __future__ import annotations

import itertools
import typing as t

from walks import operations, site

DENIED = {"kind": "access_denied", "service": "ec2", "operation": "CreateVpc"}


def test_nothing_is_begun_that_needs_what_has_failed(emulator: t.Any) -> None:
    emulator.faults(DENIED)
    failed = site(emulator, "dev")
    assert failed.returncode != 0
    assert any("ec2:CreateVpc" in one for one in failed.failures), failed.output
    assert "Stopped, as network failed." in failed.output
    made = set(operations(emulator))
    assert "s3:CreateBucket" in made, "what does not need the network is finished"
    assert {one.partition(":")[0] for one in made} == {"dynamodb", "ec2", "iam", "kms", "s3"}, made


def test_a_preview_stops_there_too(emulator: t.Any) -> None:
    emulator.faults({"kind": "access_denied", "service": "ec2", "operation": "DescribeVpcs"})
    failed = site(emulator, "dev", "--check")
    assert failed.returncode != 0 and operations(emulator) == []
    assert "Stopped, as network failed." in failed.output
    hosts = {line.partition(":")[0].strip() for line in failed.output.rpartition("PLAY RECAP")[2].splitlines()}
    assert "auth-service" not in hosts, "no service is previewed"


def test_hosts_of_a_stage_run_side_by_side(emulator: t.Any) -> None:
    """With slow requests the network and the buckets, which come first, are asked for alternately."""
    emulator.latency(50)
    site(emulator, "dev", "--check", "--limit", "network:user-uploads:static-assets").must_succeed()
    order = [call["service"] for call in emulator.requests() if call["service"] in ("ec2", "s3")]
    changes = sum(one != other for one, other in itertools.pairwise(order))
    assert changes > 2, order
