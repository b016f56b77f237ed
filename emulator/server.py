# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The HTTP server: command line, socket, signals."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from typing import Any

from emulator import environment
from emulator.clock import TIMES, clock

LOOPBACK = "127.0.0.1"


def parse_arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator", description="An AWS to develop and test against.")
    parser.add_argument(
        "--port", type=int, default=5566, help="TCP port on 127.0.0.1; 0 picks a free one (default: 5566)"
    )
    parser.add_argument(
        "--latency-ms", type=int, default=0, help="milliseconds every AWS call takes longer (default: 0)"
    )
    parser.add_argument("--enforce-iam", action="store_true", help="refuse what the caller's policies do not allow")
    parser.add_argument(
        "--times",
        choices=TIMES,
        default="none",
        help="how long things take: none (a look), fast (about a second), real (as on AWS) (default: none)",
    )
    parser.add_argument("--time-scale", type=float, default=1.0, help="factor for fast and real (default: 1)")
    parser.add_argument(
        "--lenient", action="store_true", help="check requests neither against AWS's model nor by AWS's rules"
    )
    parser.add_argument("--list-rules", action="store_true", help="print the rules requests are checked by, and end")
    return parser.parse_args(argv)


def serve(port: int, latency_ms: int, enforce_iam: bool, lenient: bool) -> None:
    environment.prepare()
    # Loading makes a million objects that stay; looking through them for garbage again and again takes half the time.
    gc.disable()
    # Imported late: moto reads the environment prepared above.
    from werkzeug.serving import make_server

    from emulator.app import Emulator
    from emulator.handler import Handler

    application = Emulator(latency=latency_ms / 1000, enforce_iam=enforce_iam, lenient=lenient)
    try:
        server = make_server(LOOPBACK, port, application, threaded=True, request_handler=Handler)
    except (OSError, SystemExit):
        # werkzeug prints its own advice and exits when the port is taken.
        sys.exit(f"The emulator cannot listen on {LOOPBACK}:{port}. Choose another port with --port.")
    # Services of moto that call each other by HTTP look for the server here.
    os.environ["MOTO_PORT"] = str(server.server_port)
    gc.freeze()
    gc.enable()
    print(f"ready http://{LOOPBACK}:{server.server_port}", flush=True)
    server.serve_forever()


def list_rules() -> int:
    environment.prepare()
    from emulator.rule_list import document

    print(document(), end="")
    return 0


def stop(_signal: int, _frame: Any) -> None:
    # Nothing here outlives the process, and tidying up hundreds of thousands of objects takes a second.
    os._exit(0)


def main(argv: list[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    if arguments.list_rules:
        return list_rules()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    clock.start(arguments.times, arguments.time_scale)
    serve(arguments.port, arguments.latency_ms, arguments.enforce_iam, arguments.lenient)
    return 0
