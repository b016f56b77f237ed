# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No value of a secret is anywhere but in Secrets Manager: not in what runs say, write, keep, or show of themselves."""

from __future__ import annotations

import base64
import contextlib
import json
import pathlib
import threading
import typing as t
import urllib.parse

import pytest
from runs import Run, playbook, register_images
from walks import edited

PLANTED = "planted-Value-0123456789"
LOUD = ("-vvvv", "--diff")
SERVICE = ("--limit", "auth-service")


class Witness:
    """Keeps all that runs say and write, and what the list of processes shows meanwhile."""

    def __init__(self, emulator: t.Any, directory: pathlib.Path) -> None:
        self._emulator = emulator
        self._directory = directory
        self._inventory = edited(
            directory, "dev", {"platform_database_users": True}, {"auth-service": {"service_secrets": {"TOKEN": {}}}}
        )
        self._written = directory / "written"
        self._written.mkdir()
        self.said: dict[str, str] = {}
        self._watching = True

    def run(self, name: str, *arguments: str, **variables: str) -> Run:
        done = playbook(
            self._emulator.url,
            name,
            self._inventory,
            *arguments,
            **variables,
            TMPDIR=str(self._written),
            ANSIBLE_LOCAL_TEMP=str(self._written / "local"),
            ANSIBLE_REMOTE_TEMP=str(self._written / "remote"),
            ANSIBLE_LOG_PATH=str(self._written / "log"),
            ANSIBLE_CACHE_PLUGIN="jsonfile",
            ANSIBLE_CACHE_PLUGIN_CONNECTION=str(self._written / "facts"),
        )
        self.said[f"what {name} {' '.join(arguments)} said"] = done.output + json.dumps(done.results)
        return done

    @contextlib.contextmanager
    def watching(self) -> t.Iterator[None]:
        shown: set[str] = set()

        def look() -> None:
            while self._watching:
                for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                    with contextlib.suppress(OSError):
                        shown.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        yield
        self._watching = False
        thread.join()
        self.said["the list of processes"] = "\n".join(shown)

    def everything(self) -> dict[str, str]:
        files = {
            f"the file {path.relative_to(self._directory)}": path.read_text(errors="replace")
            for path in self._directory.rglob("*")
            if path.is_file()
        }
        return {**self.said, **files, "the emulator's record": json.dumps(self._emulator.requests())}


def secrets(emulator: t.Any) -> dict[str, str]:
    """Every value that is secret, by the name of its secret and its key."""
    client = emulator.client("secretsmanager")
    found = {}
    for one in client.list_secrets()["SecretList"]:
        for name, value in json.loads(client.get_secret_value(SecretId=one["ARN"])["SecretString"]).items():
            if name == "password" or name.isupper():
                found[f"{one['Name']}:{name}"] = value
    return found


def forms(value: str) -> set[str]:
    """How a value may be written: as it is, in JSON, in a form or an address, and in base64."""
    encoded = base64.b64encode(value.encode()).decode()
    return {
        value,
        json.dumps(value)[1:-1],
        urllib.parse.quote(value, safe=""),
        urllib.parse.quote_plus(value),
        encoded.rstrip("="),
    }


@pytest.mark.long
def test_no_secret_is_seen_anywhere(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    witness = Witness(emulator, tmp_path)
    emulator.faults(
        {"kind": "access_denied", "service": "secretsmanager", "operation": "PutResourcePolicy", "times": 1},
        {"kind": "throttle", "service": "secretsmanager", "every": 4, "times": 8},
    )
    with witness.watching():
        assert witness.run("site.yml", *LOUD).returncode  # it fails once a secret is there
        known = secrets(emulator)
        witness.run("site.yml", *LOUD).must_succeed()
        register_images(emulator, "sdt-dev")
        witness.run("site.yml", *LOUD).must_succeed()
        known |= secrets(emulator)
        set_value = ("-e", "variable=TOKEN", "-e", "value_env=GIVEN")
        witness.run("playbooks/set_secret.yml", *SERVICE, *LOUD, *set_value, GIVEN=PLANTED).must_succeed()
        emulator.faults({"kind": "access_denied", "service": "secretsmanager", "operation": "*Secret*", "times": 3})
        witness.run("playbooks/set_secret.yml", *SERVICE, *LOUD, *set_value, GIVEN=f"{PLANTED}-2")
        emulator.clear_faults()
        witness.run("playbooks/rotate_secrets.yml", *LOUD)
        for name in ("plan", "status", "verify"):
            witness.run(f"playbooks/{name}.yml", *LOUD).must_succeed()
    known |= {**secrets(emulator), "given": PLANTED}
    assert len(set(known.values())) >= 5, sorted(known)
    seen = [
        (name, where)
        for where, text in witness.everything().items()
        for name, value in known.items()
        if any(form in text for form in forms(value))
    ]
    assert seen == []
    assert len(witness.everything()) > 12 and "ansible-playbook" in witness.said["the list of processes"]
