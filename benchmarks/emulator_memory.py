# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the memory of the emulator grows over many requests that leave its content as it was.

    python benchmarks/emulator_memory.py [--requests 100000]

A production environment is there; then everything in it is read again and again, and small things come and go.
"""

from __future__ import annotations

import argparse
import typing as t

import environment
from serving import Read, Server, serving

STEPS = 10
COMING_AND_GOING = (
    Read("logs", "create_log_group", {"logGroupName": "/bench"}),
    Read("logs", "delete_log_group", {"logGroupName": "/bench"}),
    Read("s3", "put_object", {"Bucket": f"{environment.NAME}-state", "Key": "state", "Body": b"x" * 2000}),
    Read("s3", "get_object", {"Bucket": f"{environment.NAME}-assets", "Key": "nothing"}),
    Read("s3", "delete_object", {"Bucket": f"{environment.NAME}-assets", "Key": "nothing"}),
    Read("sns", "create_topic", {"Name": "bench"}),
    Read("sns", "delete_topic", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:bench"}),
    Read("sqs", "create_queue", {"QueueName": "bench"}),
    Read("sqs", "get_queue_url", {"QueueName": "bench"}),
    Read("iam", "create_user", {"UserName": "bench"}),
    Read("iam", "delete_user", {"UserName": "bench"}),
)


def measured(server: Server, requests: int) -> t.Iterator[tuple[int, int]]:
    """Requests answered, and bytes in use then."""
    calls = [server.prepared(read) for read in (*environment.build(server.client), *COMING_AND_GOING)]
    yield 0, server.memory()
    for number in range(1, requests + 1):
        calls[number % len(calls)]()
        if number % (requests // STEPS) == 0:
            yield number, server.memory()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--server", default="emulator", help="the module to run: emulator (default) or moto.server")
    arguments = parser.parse_args()
    with serving(arguments.server) as server:
        for number, memory in measured(server, arguments.requests):
            print(f"{number:>8} requests {memory / 1e6:>8.1f} MB", flush=True)


if __name__ == "__main__":
    main()
