# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs in the container that measures, against a server that speaks HTTPS, and one that is not there."""

from __future__ import annotations

import datetime
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import sys
import threading
import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.module_utils._latency import ASK_OVER_HTTPS, p95
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Refusing(http.server.BaseHTTPRequestHandler):
    """Refuses everything, as S3 does without a signature, and keeps the connection."""

    protocol_version = "HTTP/1.1"
    asked: t.ClassVar[list[tuple[str, int]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.client_address[1]))
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: t.Any) -> None:
        pass


@pytest.fixture
def server(tmp_path: pathlib.Path) -> t.Iterator[tuple[int, str]]:
    """The port of a server on localhost, and the file with its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = tmp_path / "public.pem", tmp_path / "private.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    found = http.server.ThreadingHTTPServer(("localhost", 0), Refusing)
    found.socket = context.wrap_socket(found.socket, server_side=True)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found.server_port, str(public)
    found.shutdown()


def test_answers_are_measured_over_one_connection(server: tuple[int, str]) -> None:
    port, certificate = server
    Refusing.asked.clear()
    targets = {"bucket": f"localhost:{port}/some/path", "nobody": "localhost:1/"}
    done = subprocess.run(
        [sys.executable, "-c", ASK_OVER_HTTPS],
        env={**os.environ, "TARGETS": json.dumps(targets), "SAMPLES": "5", "SSL_CERT_FILE": certificate},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    bucket, nobody = map(json.loads, done.stdout.splitlines())
    assert bucket["target"] == "bucket" and len(bucket["ms"]) == 5 and all(one > 0 for one in bucket["ms"])
    assert nobody["target"] == "nobody" and "refused" in nobody["error"]
    assert {path for path, _port in Refusing.asked} == {"/some/path"} and len(Refusing.asked) == 6
    assert len({port for _path, port in Refusing.asked}) == 1, "connecting is no part of what is measured"


def test_95_of_100_do_not_exceed_it() -> None:
    assert p95([float(number) for number in range(1, 101)]) == 95
    assert p95([1.0, 2.0, 30.0]) == 30
