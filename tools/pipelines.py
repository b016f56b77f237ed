# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the pipelines for GitHub Actions and GitLab CI, what both are called with in one line, out of
pipelines/pipelines.yml.

Usage: python tools/pipelines.py [--check]

--check writes nothing and ends with 1 where a file is not what it would write.
"""

from __future__ import annotations

import pathlib
import sys
import typing as t

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import pipelines_github
import pipelines_gitlab

HEAD = "# Written by tools/pipelines.py out of pipelines/pipelines.yml.\n"


class Text(yaml.SafeDumper):
    """Writes several lines as a block, and lists further in than what they belong to, as yamllint wants it."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: t.Any) -> bool:
        return True


Text.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def files() -> dict[str, str]:
    """Each file's path from the root of the repository, and its text."""
    source = (ROOT / "pipelines" / "pipelines.yml").read_text(encoding="utf-8")
    model = {**yaml.safe_load(source), "requirements": (ROOT / "requirements.txt").read_text(encoding="utf-8")}
    comments = {
        line.split()[1]: line.partition("#")[2].strip() for line in source.splitlines() if "@" in line and "#" in line
    }
    made = {**pipelines_github.files(model), **pipelines_gitlab.files(model)}
    return {path: _text(content, comments) for path, content in made.items()}


def _text(content: t.Any, comments: dict[str, str]) -> str:
    documents = content if isinstance(content, list) else [content]
    dumped = "".join(
        f"---\n{yaml.dump(one, Dumper=Text, sort_keys=False, width=110, allow_unicode=True)}" for one in documents
    )
    lines = []
    for line in dumped.splitlines():
        action = line.rpartition("uses: ")[2]
        lines.append(f"{line} # {comments[action]}" if action in comments else line)
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    wrong = []
    for path, text in files().items():
        file = ROOT / path
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        wrong.append(path)
        if "--check" not in sys.argv:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    print(
        f"{', '.join(wrong)} {'has to be' if '--check' in sys.argv else 'was'} written."
        if wrong
        else "All files are as they should be."
    )
    return int(bool(wrong) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
