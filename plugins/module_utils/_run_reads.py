# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What modules of one run have read from AWS, so that the next module need not ask again.

The process that runs the playbook makes a file that exists in memory only and names it in its environment; modules of
the run find it there. It is gone with the process. An answer counts as long as nothing was written since the question
was asked, no write is under way, and it is not older than a minute: AWS changes things by itself too. Of a service that
was written to in this run nothing is shared any more: what is read of it then may be on its way. What the tagging
service has answered counts until a write that touches tags.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pickle
import struct
import threading
import time
import typing as t
import zlib

VARIABLE = "SDT_INFRA_READS"  # where the file is, in the environment of the run
_SECONDS = 60
# How often something changed, how many writes are under way, bits of services written to; and how often tags may have
# changed, how many writes that touch them are under way.
_STATE = struct.Struct("<QQQQQ")
_EVERY_SERVICE = (1 << 64) - 1
_UNTOUCHED = (0, 0, 0, 0, 0)
TAGGING = "resourcegroupstaggingapi"
_OF_TAGS = 1 << 63  # in the mark of what the tagging service has answered
_ENTRY = struct.Struct("<QdI32s")  # the count of changes when it was asked, when, the size of the answer, the question
_MOST = 256 * 1024 * 1024  # bytes; a run that has read more shares nothing further

UNKNOWN: t.Any = object()


def share() -> None:
    """Let the modules of this run share what they read. To be called in the process that runs the playbook."""
    descriptor = os.memfd_create("sdt-infra-reads")
    os.pwrite(descriptor, _STATE.pack(*_UNTOUCHED), 0)
    os.environ[VARIABLE] = f"/proc/{os.getpid()}/fd/{descriptor}"


class RunReads:
    """The answers of this run; where nothing is shared, every question is unknown and nothing is kept."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._thread = threading.Lock()  # the lock of a file is the process's, not a thread's
        with contextlib.suppress(OSError, KeyError):  # not in a run, or as another user
            self._file = os.open(os.environ[VARIABLE], os.O_RDWR | os.O_CLOEXEC)

    @property
    def quiet(self) -> bool:
        """Whether answers are shared and no write of this run has touched tags yet."""
        return self._file is not None and self._state()[3:] == (0, 0)

    def asked(self, service: str) -> int | None:
        """A mark to keep an answer with, taken before the question is sent; None where the answer is not to be kept."""
        changes, under_way, written, retagged, retagging = self._state()
        if service == TAGGING:
            return None if self._file is None or retagging else _OF_TAGS | retagged
        return None if self._file is None or under_way or written & _bit(service) else changes

    def answer(self, service: str, question: str) -> t.Any:
        """What is known, or UNKNOWN."""
        changes = self.asked(service)
        if self._file is None or changes is None:
            return UNKNOWN
        wanted, now, answer = _digest(question), time.time(), UNKNOWN
        for entry in _entries(self._content()):
            if entry.digest == wanted and entry.mark == changes and now - entry.at < _SECONDS:
                answer = entry.answer  # the last one counts
        return answer if answer is UNKNOWN else pickle.loads(answer)

    def keep(self, service: str, question: str, answer: t.Any, mark: int | None) -> None:
        """Remember an answer for other modules of the run, if nothing was written since mark."""
        if self._file is None or mark is None:
            return
        content = pickle.dumps(answer)
        with self._thread, _locked(self._file):
            size = os.fstat(self._file).st_size
            if self.asked(service) == mark and size + len(content) < _MOST:
                entry = _ENTRY.pack(mark, time.time(), len(content), _digest(question))
                os.pwrite(self._file, entry + content, size)

    def changed(self) -> None:
        """Anything may have changed: nothing is shared any more."""
        self._count(0, _EVERY_SERVICE, retags=True)

    @contextlib.contextmanager
    def changing(self, service: str, retags: bool = True) -> t.Iterator[None]:
        """Around a write, which may touch tags. One that is killed in between leaves nothing shared to the end."""
        self._count(+1, _bit(service), retags)
        try:
            yield
        finally:
            self._count(-1, _bit(service), retags)

    def _count(self, under_way: int, services: int, retags: bool) -> None:
        if self._file is None:
            return
        with self._thread, _locked(self._file):
            changes, writing, written, retagged, retagging = self._state()
            if retags:
                retagged, retagging = retagged + 1, retagging + under_way
            kept = b"" if retags else self._of_tags()
            os.ftruncate(self._file, _STATE.size)
            state = _STATE.pack(changes + 1, writing + under_way, written | services, retagged, retagging)
            os.pwrite(self._file, state + kept, 0)

    def _of_tags(self) -> bytes:
        """The entries of what the tagging service has answered."""
        return b"".join(entry.whole for entry in _entries(self._content()) if entry.mark & _OF_TAGS)

    def _content(self) -> bytes:
        return b"" if self._file is None else os.pread(self._file, os.fstat(self._file).st_size, 0)

    def _state(self) -> tuple[int, int, int, int, int]:
        return _UNTOUCHED if self._file is None else _STATE.unpack(os.pread(self._file, _STATE.size, 0))


class _Entry(t.NamedTuple):
    """An answer that was kept; whole is all of it as it stands in the file."""

    mark: int
    at: float
    digest: bytes
    answer: memoryview
    whole: memoryview


def _entries(content: bytes) -> t.Iterator[_Entry]:
    """What was kept, in order; one that is only half there is left out."""
    view, start = memoryview(content), _STATE.size
    while start + _ENTRY.size <= len(view):
        mark, at, size, digest = _ENTRY.unpack_from(view, start)
        answer, end = start + _ENTRY.size, start + _ENTRY.size + size
        if end <= len(view):
            yield _Entry(mark, at, digest, view[answer:end], view[start:end])
        start = end


@contextlib.contextmanager
def _locked(file: int) -> t.Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _bit(service: str) -> int:
    """Two services may have the same: then both are taken for written to."""
    return 1 << zlib.crc32(service.encode()) % 64


def _digest(question: str) -> bytes:
    """Questions may hold names of accounts and roles, so they are not kept as text."""
    return hashlib.sha256(question.encode()).digest()
