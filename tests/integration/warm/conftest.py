# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Playbooks run twice, over the connection of ansible-core and over ours, and what came of each task."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import typing as t
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")
EMPTY = b'<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcSet/></DescribeVpcsResponse>'


class _Aws(http.server.BaseHTTPRequestHandler):
    """Answers each request as EC2 does when there is nothing."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-length", str(len(EMPTY)))
        self.end_headers()
        self.wfile.write(EMPTY)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def endpoint() -> t.Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Aws) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Project:
    """A directory with a playbook, an inventory and a configuration."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AWS_"))},
            "PATH": f"{PLAYBOOK.parent}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_CONFIG": str(directory / "ansible.cfg"),
            "ANSIBLE_HOME": str(directory / "home"),
            "ANSIBLE_REMOTE_TMP": str(directory / "tmp"),
            "ANSIBLE_LOCAL_TEMP": str(directory / "local"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
            "ANSIBLE_LIBRARY": str(HERE / "library"),
            "TMPDIR": str(directory / "system"),  # a module that is killed leaves something there
            "RESULTS": str(directory / "results"),
            "AWS_CONFIG_FILE": str(directory / "aws-config"),
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        (directory / "system").mkdir()
        (directory / "ansible.cfg").write_text(
            f"[defaults]\ncollections_path = {ROOT / 'collections'}\n"
            "callbacks_enabled = sdt.infra.warm, record_results\n"
        )

    def write(self, connection: str, tasks: list[dict], hosts: int = 1) -> None:
        """The inventory and the playbook."""
        python = "{{ ansible_playbook_python }}"
        inventory = {
            "all": {
                "hosts": {f"host{number}": None for number in range(hosts)},
                "vars": {"ansible_connection": connection, "ansible_python_interpreter": python},
            }
        }
        (self.directory / "inventory.yml").write_text(yaml.safe_dump(inventory))
        play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
        (self.directory / "playbook.yml").write_text(yaml.safe_dump(play, sort_keys=False))

    def start(
        self, connection: str, tasks: list[dict], hosts: int = 1, options: t.Sequence[str] = (), **environment: str
    ) -> subprocess.Popen:
        self.write(connection, tasks, hosts)
        (self.directory / "results").unlink(missing_ok=True)
        return subprocess.Popen(
            [str(PLAYBOOK), "-i", "inventory.yml", "playbook.yml", *options],
            cwd=self.directory,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, connection: str, tasks: list[dict], **more: t.Any) -> Run:
        with self.start(connection, tasks, **more) as process:
            try:
                output = process.communicate(timeout=300)[0]
            finally:
                process.kill()
        results = (self.directory / "results").read_text() if (self.directory / "results").exists() else ""
        return Run(process.returncode, output, [json.loads(line) for line in results.splitlines()])


class Run(t.NamedTuple):
    code: int
    output: str
    results: list[dict]

    @property
    def forks(self) -> int:
        """How many modules ran in a fork. To be seen at the third level of verbosity."""
        return self.output.count("EXEC IN FORK")


@pytest.fixture
def tmp_path() -> t.Iterator[Path]:
    """A directory with a short name: ansible-core makes a socket below it, and its path has to be short."""
    with tempfile.TemporaryDirectory(prefix="warm-", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def mark(tmp_path: Path) -> str:
    """An environment variable by which every process of a test is known."""
    return f"MARK={tmp_path.name}-{os.getpid()}"
