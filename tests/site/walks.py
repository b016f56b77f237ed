# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Steps several walks take."""

from __future__ import annotations

import pathlib
import shutil
import typing as t

import yaml
from runs import ROOT, Run, playbook, register_images

TAKEOVER = ("-e", "lock_takeover=true")  # who was killed, or may not release the lock, still holds it


def site(emulator: t.Any, inventory: str, *arguments: str, **variables: str | None) -> Run:
    return playbook(emulator.url, "site.yml", inventory, *arguments, **variables)


def destroy(emulator: t.Any, inventory: str, *arguments: str) -> Run:
    return playbook(emulator.url, "playbooks/destroy.yml", inventory, *arguments)


def converged(emulator: t.Any, inventory: str, prefix: str) -> Run:
    """An environment whose services run; returns the run that built it."""
    built = site(emulator, inventory).must_succeed()
    register_images(emulator, prefix)
    site(emulator, inventory).must_succeed()
    return built


def filled(emulator: t.Any) -> None:
    """Put two versions of an object into every bucket of the account."""
    s3 = emulator.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for _version in range(2):
            s3.put_object(Bucket=bucket["Name"], Key="one", Body=b"1")


def nothing_to_do(emulator: t.Any, inventory: str, *arguments: str, **variables: str | None) -> Run:
    """A run that changes nothing and sends not one mutating request."""
    emulator.clear()
    again = site(emulator, inventory, *arguments, **variables).must_succeed()
    print(f"again {' '.join((inventory, *arguments))}: {len(emulator.requests())} requests")
    assert again.actions == [], again.actions
    assert again.changed == []
    assert operations(emulator) == []
    return again


# The lock of a run and the record it leaves; the platform itself writes no items.
LOCK = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:TransactWriteItems")


def operations(emulator: t.Any) -> list[str]:
    """'<service>:<operation>' of every mutating request but those about the lock, in the order they came."""
    every = [f"{call['service']}:{call['operation']}" for call in emulator.mutations()]
    return [one for one in every if one not in LOCK]


def edited(
    directory: pathlib.Path,
    inventory: str,
    variables: dict[str, t.Any] | None = None,
    hosts: dict[str, dict[str, t.Any]] | None = None,
    services: dict[str, dict[str, t.Any]] | None = None,
) -> str:
    """The path of a copy of an inventory with variables of all or of some hosts set, and further services."""
    copy = directory / inventory
    if not copy.exists():
        shutil.copytree(ROOT / "inventories" / inventory, copy)  # what links lead to is copied
    _write(copy / "group_vars" / "all" / "own.yml", variables)  # after main.yml in the order of the alphabet
    for host, values in (hosts or {}).items():
        _write(copy / "host_vars" / host / "own.yml", values)
    _write(copy / "own.yml", {"services": {"hosts": services}} if services else None)
    return str(copy)


def neighbour(directory: pathlib.Path, variables: dict[str, t.Any]) -> None:
    """Another inventory beside the edited ones."""
    _write(directory / "neighbour" / "hosts.yml", {"all": {}})
    _write(directory / "neighbour" / "group_vars" / "all" / "main.yml", variables)


def broken(directory: pathlib.Path, bad: dict[str, t.Any]) -> str:
    """The path of the inventory an entry of bad_inventories.yml describes."""
    if "neighbour" in bad:
        neighbour(directory, bad["neighbour"])
    return edited(directory, bad.get("env", "dev"), bad.get("all"), bad.get("hosts"))


def _write(path: pathlib.Path, content: dict[str, t.Any] | None) -> None:
    if content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content))
