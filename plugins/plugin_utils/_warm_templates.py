# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compile each template once in a run, not once in each worker.

Every task runs in a worker of its own, which compiles all templates it meets and forgets them: the defaults of a role
again and again, a quarter of the processor time of a run. What one worker has compiled is kept in memory, and the
others read it from there. What a template means, and its values, stay with ansible-core.
"""

from __future__ import annotations

import contextlib
import inspect
import marshal
import types
import typing as t

import jinja2
from ansible._internal._templating import _jinja_bits
from ansible_collections.sdt.infra.plugins.plugin_utils._warm_memory import Memory

_PARAMETERS = ["self", "source", "name", "filename", "raw", "defer_init"]
# What the code of a template depends on, next to its text.
_SETTINGS = (
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
    "trim_blocks",
    "lstrip_blocks",
    "newline_sequence",
    "keep_trailing_newline",
    "optimized",
    "autoescape",
    "is_async",
)


def keep_compiled(memory: Memory) -> None:
    """Have the templates of ansible-core compiled once, and kept in this memory.

    Raises RuntimeError, and changes nothing, when this ansible-core or Jinja compiles templates in another way.
    """
    environment = _jinja_bits.AnsibleEnvironment
    inherited = inspect.getattr_static(environment, "compile") is inspect.getattr_static(jinja2.Environment, "compile")
    if not inherited or list(inspect.signature(jinja2.Environment.compile).parameters) != _PARAMETERS:
        raise RuntimeError("this version compiles templates in another way")
    _key(environment(), "")  # everything it asks for is there
    kept = _Kept(memory)

    def compile_once(self: t.Any, source: t.Any, *arguments: t.Any, **options: t.Any) -> t.Any:
        if arguments or options or not isinstance(source, str) or self._debuggable_template_source:
            return jinja2.Environment.compile(self, source, *arguments, **options)
        key = _key(self, source)
        code = kept.get(key)
        if code is None:
            code = jinja2.Environment.compile(self, source)
            kept.put(key, code)
        return code

    environment.compile = compile_once


def _key(environment: t.Any, source: str) -> str:
    context = _jinja_bits._TemplateCompileContext.current(optional=True)
    parts = [
        type(environment).__qualname__,
        None if context is None else context.escape_backslashes,
        sorted(environment.extensions),
        [getattr(environment, name) for name in _SETTINGS],
        str(source),
    ]
    return repr(parts)


class _Kept:
    """Code by key: in this process, and in the memory it shares. Whatever cannot be read is not there."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._known: dict[str, types.CodeType] = {}

    def get(self, key: str) -> types.CodeType | None:
        if key not in self._known:
            with contextlib.suppress(OSError, EOFError, ValueError, TypeError):
                if data := self._memory.get(key):
                    self._known[key] = marshal.loads(data)
        return self._known.get(key)

    def put(self, key: str, code: types.CodeType) -> None:
        self._known[key] = code
        with contextlib.suppress(OSError, ValueError):
            self._memory.put(key, marshal.dumps(code))
