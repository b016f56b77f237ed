# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parse the files that modules import once, for the controller when it packs modules.

For each module it packs, ansible-core parses every file of module_utils that goes with it, to see what that imports,
and does so in a worker that forgets it again: a third of a second of processor time for a module of this collection.
Parsed in the process that starts the workers, it is known to all of them. What is packed stays with ansible-core.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable

from ansible.executor import module_common

_PARSER = "_compile_module_ast"
_PARAMETERS = ["module_name", "source_code"]


def remember_imports(files: Iterable[tuple[str, bytes]]) -> None:
    """Have the parser of ansible-core remember these files, by name and content.

    Raises RuntimeError, and changes nothing, when this ansible-core parses modules in another way.
    """
    parse = getattr(module_common, _PARSER, None)
    if parse is None or list(inspect.signature(parse).parameters) != _PARAMETERS:
        raise RuntimeError("this version of ansible-core parses modules in another way")
    known = {
        (name, content): _only_imports(parse(name, content))
        for name, content in files
        if b"embed" not in content  # newer versions look for files to embed as well
    }

    def parse_unless_known(module_name: str, source_code: str | bytes) -> ast.Module:
        tree = known.get((module_name, bytes(source_code))) if isinstance(source_code, bytes) else None
        return tree or parse(module_name, source_code)

    setattr(module_common, _PARSER, parse_unless_known)


def _only_imports(tree: ast.Module) -> ast.Module:
    """The tree without anything but its imports: those below the first level, which may fail, are so still."""
    body: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            body.append(statement)
        elif nested := [node for node in ast.walk(statement) if isinstance(node, (ast.Import, ast.ImportFrom))]:
            block = ast.If(test=ast.Constant(value=True), body=list(nested), orelse=[])
            body.append(ast.fix_missing_locations(ast.copy_location(block, statement)))
    return ast.Module(body=body, type_ignores=[])
