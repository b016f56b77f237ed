# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One connection, and the requests that come over it one after another.

werkzeug closes the connection after each answer, so that each request costs a connection and a thread, and waits ten
milliseconds for the client to go. AWS keeps connections open, and SDKs count on it.
"""

from __future__ import annotations

import io
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler

# These never have a body.
WITHOUT_BODY = (204, 304)


class Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave together, at the flush. With Nagle's algorithm what does not fit into one packet would wait
    # for the client's delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        """The client waits for this before it sends the body."""
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def make_environ(self) -> dict[str, Any]:
        """All of the body is read, whether or not the answer needs it: what follows is the next request."""
        environ = super().make_environ()
        if environ.pop("wsgi.input_terminated", False):
            body = environ["wsgi.input"].read()
            environ.pop("HTTP_TRANSFER_ENCODING")
        else:
            body = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = io.BytesIO(body)
        return environ

    def run_wsgi(self) -> None:
        answer: list[Any] = []
        try:
            self.environ = self.make_environ()
            body = b"".join(self.server.app(self.environ, lambda *started: answer.extend(started)))
            self._send(answer[0], answer[1], body)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except BaseException:
            # Whatever was sent is no whole answer.
            self.close_connection = True
            raise

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        number, _space, phrase = status.partition(" ")
        # Not send_response(): a Server header would tell of a server AWS does not have.
        self.send_response_only(int(number), phrase)
        self.send_header("Date", self.date_time_string())
        names = set()
        for name, value in headers:
            self.send_header(name, value)
            names.add(name.lower())
        has_body = self.command != "HEAD" and int(number) not in WITHOUT_BODY
        if has_body and "content-length" not in names:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if has_body:
            self.wfile.write(body)
        self.wfile.flush()
