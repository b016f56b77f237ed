# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What modules of a run wait for, and what they read on and on, told while they run.

A module can say nothing before it ends. The process that runs the playbook makes a pipe and names it in its
environment; modules of the run write there what they wait for, and somebody in that process reads it.
"""

from __future__ import annotations

import contextlib
import json
import os
import typing as t

VARIABLE = "SDT_INFRA_WAITS"  # where the pipe is, in the environment of the run
_MOST = 1024  # bytes of a message, fewer than a pipe takes at once


class Wait(t.NamedTuple):
    """Something that is waited for."""

    what: str
    state: str
    seconds: float


def listen() -> t.BinaryIO:
    """Make the pipe, and answer the end that heard takes. To be called in the process that runs the playbook."""
    reading, writing = os.pipe()
    os.environ[VARIABLE] = f"/proc/{os.getpid()}/fd/{writing}"
    return os.fdopen(reading, "rb")


def heard(pipe: t.BinaryIO) -> t.Iterator[Wait | str]:
    """Everything that is told or said, as it comes; ends with the pipe."""
    for line in pipe:
        with contextlib.suppress(ValueError, TypeError):
            message = json.loads(line)
            yield message if isinstance(message, str) else Wait(*message)


def tell(what: str, state: str, seconds: float) -> None:
    """Say what is waited for, how far it is, and since when; nothing happens where nobody listens."""
    _send([what, state, round(seconds, 1)])


def say(line: str) -> None:
    """Say a line that is to be shown at once, such as one of a log; a long one is cut."""
    _send(line[: _MOST // 8])  # a character takes up to six bytes, and then some are left for the quotes


def _send(what: t.Any) -> None:
    message = json.dumps(what).encode() + b"\n"
    # Not in a run, as another user, or nobody has read for long.
    with contextlib.suppress(OSError, KeyError):
        pipe = os.open(os.environ[VARIABLE], os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if len(message) <= _MOST:
                os.write(pipe, message)
        finally:
            os.close(pipe)
