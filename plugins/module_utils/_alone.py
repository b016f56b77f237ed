# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Hosts of a run take turns where each reads, merges and writes one thing that belongs to the whole account.

AWS has no condition for such writes. Between runs the lock of the environment sees to it; this is within a run.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import typing as t


@contextlib.contextmanager
def alone(what: str) -> t.Iterator[None]:
    """Nobody else on this machine does what is named so, until the end of the block."""
    path = os.path.join(tempfile.gettempdir(), f"sdt-infra-{os.getuid()}-{what}.lock")
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:  # no place for it: as good as it was without
        yield
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
