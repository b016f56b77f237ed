# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Writes documents: each where it is asked for, with the folders it needs."""

from __future__ import annotations

import pathlib

from ansible.errors import AnsibleActionFail


def write(what: str, path: str | None, text: str) -> None:
    """Write a document, named by what in the message when that fails; nothing where there is no path."""
    if not path:
        return
    file = pathlib.Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise AnsibleActionFail(f"The {what} cannot be written to {file}: {error}.") from error
