# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Copy what was read from files fast.

ansible-core copies deeply what it has read from a file, each time it is asked for: ten times the work of reading some.
Nearly all of it are texts and numbers that know where they come from. They cannot be changed, so a copy may be the
thing itself, as it is for those of Python; ansible-core leaves them to the way for objects that can.
"""

from __future__ import annotations

from ansible._internal._datatag._tags import Origin

_SCALARS = ("", b"", 0, 0.0)


def share_scalars() -> None:
    """Have deep copies share texts and numbers with tags. Raises RuntimeError where ansible-core sees to it itself."""
    origin = Origin(description="nowhere")
    types = [type(origin.tag(value)) for value in _SCALARS]
    if any(kind in (str, bytes, int, float) or hasattr(kind, "__deepcopy__") for kind in types):
        raise RuntimeError("this version copies in another way")
    for kind in types:
        kind.__deepcopy__ = _itself


def _itself(self: object, memo: object) -> object:
    return self
