# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""xmltodict.unparse() for what AWS's answers consist of, to the byte the same, without an event for each element."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xmltodict

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
SIMPLE = (str, int, float, bool, type(None))


class Unusual(Exception):
    """Something that xmltodict writes in its own way."""


def unparse(tree: dict[str, Any], full_document: bool, short_empty_elements: bool, pretty: bool | None) -> str:
    parts = [DECLARATION] if full_document else []
    try:
        if pretty or len(tree) != 1:
            raise Unusual
        ((name, value),) = tree.items()
        if isinstance(value, list):
            raise Unusual
        _element(parts.append, name, value, short_empty_elements)
    except Unusual:
        return xmltodict.unparse(
            tree, full_document=full_document, short_empty_elements=short_empty_elements, pretty=pretty
        )
    return "".join(parts)


@functools.lru_cache(maxsize=20_000)
def _tags(name: Any) -> tuple[str, str, str]:
    """Start, end and empty tag. Names that xmltodict refuses, or takes for something else, are not written here."""
    if not isinstance(name, str) or name[:1] in ("@", "#", "?", "!", ""):
        raise Unusual
    if any(character in "<>/\"'=" or character.isspace() for character in name):
        raise Unusual
    return f"<{name}", f"</{name}>", f"<{name}/>"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if type(value) is str else str(value)
    return escape(text) if "&" in text or "<" in text or ">" in text else text


def _element(write: Callable[[str], None], name: Any, value: Any, short: bool) -> None:
    kind = type(value)
    if kind is list:
        for item in value:
            if type(item) is list:
                raise Unusual
            _element(write, name, item, short)
        return
    start, end, empty = _tags(name)
    if kind is dict:
        _structure(write, start, end, empty, value, short)
        return
    if kind not in SIMPLE:
        raise Unusual
    text = _text(value)
    if text or not short:
        write(f"{start}>{text}{end}")
    else:
        write(empty)


def _structure(
    write: Callable[[str], None], start: str, end: str, empty: str, value: dict[Any, Any], short: bool
) -> None:
    attributes, children, text = "", [], ""
    for key, item in value.items():
        if type(key) is not str or key == "#comment":
            raise Unusual
        if key == "#text":
            if type(item) not in SIMPLE:
                raise Unusual
            text = _text(item)
        elif key[:1] == "@":
            if type(item) is not str:
                raise Unusual
            _tags(key[1:])
            attributes += f" {key[1:]}={quoteattr(item)}"
        elif type(item) is not list or item:
            children.append((key, item))
    if not children and not text:
        write(f"{start}{attributes}/>" if short else f"{start}{attributes}>{end}")
        return
    write(f"{start}{attributes}>")
    for key, item in children:
        _element(write, key, item, short)
    write(text)
    write(end)
