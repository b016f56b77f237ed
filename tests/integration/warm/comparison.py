# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What came of the same tasks over both connections, side by side."""

from __future__ import annotations

import re

LOCAL = "ansible.builtin.local"
WARM = "sdt.infra.warm"

# What is another each time: clocks, processes, temporary names. Nothing else may differ.
VOLATILE_KEYS = {"start", "end", "delta", "atime", "ctime", "mtime", "inode", "elapsed", "uptime", "version", "date"}
VOLATILE_KEYS |= {"exception", "ansible_date_time", "_original_basename", "ansible_job_id", "results_file"}
VOLATILE_TEXT = re.compile(
    r"ansible_?[a-z_.]*_payload_\w+|ansible-(module)?tmp-[\w.-]+|ansible\.\w{8}\w*|pipe:\[\d+\]|/proc/\d+|tmp\w{8}\b|\.ansible_tmp\S+"
)


def steady(value):
    if isinstance(value, dict):
        return {key: steady(entry) for key, entry in value.items() if key not in VOLATILE_KEYS}
    if isinstance(value, list):
        return [steady(entry) for entry in value]
    return VOLATILE_TEXT.sub("<another each time>", value) if isinstance(value, str) else value


def differences(ours, theirs, path):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys(), key=str):
            yield from differences(ours.get(key), theirs.get(key), f"{path} > {key}")
    elif ours != theirs:
        yield f"{path}: {ours!r} is not {theirs!r}"


def both(project, tasks, **more):
    local = project.run(LOCAL, tasks, **more)
    warm = project.run(WARM, tasks, **more)
    assert len(local.results) == len(warm.results) > 0, (local.output, warm.output)
    different = [
        difference
        for ours, theirs in zip(warm.results, local.results, strict=True)
        for difference in differences(steady(ours), steady(theirs), ours["task"])
    ]
    assert not different, "\n".join(different)
    assert warm.code == local.code
    return local, warm
