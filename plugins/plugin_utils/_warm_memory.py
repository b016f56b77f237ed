# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values by key in a file that exists in memory only: for the process that makes it, and for all its forks.

The file begins with a table of places; an entry is appended, and then its place is noted where its key belongs. Another
key that belongs to the same place takes it over, and what it replaces is not there any more.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct

_PLACES = 8192
_PLACE = struct.Struct("<Q")
_ENTRY = struct.Struct("<32sI")  # the key's digest, and the size of the value that follows
_MOST = 64 * 1024 * 1024  # bytes


class Memory:
    """To be made in the process that starts all others. OSError or AttributeError: there are no such files here."""

    def __init__(self) -> None:
        self._file = os.memfd_create("sdt-infra-warm")
        os.ftruncate(self._file, _PLACES * _PLACE.size)

    def get(self, key: str) -> bytes | None:
        """The value, from whichever process it came."""
        digest, place = _where(key)
        (offset,) = _PLACE.unpack(os.pread(self._file, _PLACE.size, place))
        head = os.pread(self._file, _ENTRY.size, offset) if offset else b""
        if len(head) < _ENTRY.size:
            return None
        found, size = _ENTRY.unpack(head)
        return os.pread(self._file, size, offset + _ENTRY.size) if found == digest else None

    def put(self, key: str, value: bytes) -> None:
        """Keep a value, as long as there is room."""
        digest, place = _where(key)
        fcntl.lockf(self._file, fcntl.LOCK_EX)  # of this process; one that ends lets go
        try:
            offset = os.fstat(self._file).st_size
            if offset < _MOST:
                os.pwrite(self._file, _ENTRY.pack(digest, len(value)) + value, offset)
                os.pwrite(self._file, _PLACE.pack(offset), place)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)


def _where(key: str) -> tuple[bytes, int]:
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return digest, int.from_bytes(digest[:4], "little") % _PLACES * _PLACE.size
