# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import os
import signal
import subprocess
import sys
import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.module_utils import _run_reads
from ansible_collections.sdt.infra.plugins.module_utils._run_reads import UNKNOWN, VARIABLE, RunReads


@pytest.fixture(autouse=True)
def run(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    monkeypatch.setenv(VARIABLE, "")  # so that it is put back
    _run_reads.share()
    descriptor = int(os.environ[VARIABLE].rpartition("/")[2])
    yield
    os.close(descriptor)


def kept(question: str, answer: t.Any) -> None:
    reads = RunReads()
    reads.keep("ec2", question, answer, reads.asked("ec2"))


def test_another_module_of_the_run_gets_the_answer() -> None:
    assert RunReads().answer("ec2", "a") is UNKNOWN
    kept("a", {"Vpcs": [1]})
    kept("b", None)
    kept("a", {"Vpcs": [2]})
    assert RunReads().answer("ec2", "a") == {"Vpcs": [2]}
    assert RunReads().answer("ec2", "b") is None
    assert RunReads().answer("ec2", "c") is UNKNOWN


def test_a_module_in_a_process_of_its_own_gets_it_too() -> None:
    kept("a", "known")
    module = "ansible_collections.sdt.infra.plugins.module_utils._run_reads"
    code = f"import {module} as reads; print(reads.RunReads().answer('ec2', 'a'))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "known\n"


def test_without_a_run_nothing_is_known_and_nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("", "/proc/1/fd/999"):
        monkeypatch.setenv(VARIABLE, value)
        kept("a", 1)
        assert RunReads().answer("ec2", "a") is UNKNOWN
        assert not RunReads().quiet
        with RunReads().changing("iam"):
            pass


def test_what_was_read_before_a_write_counts_no_more() -> None:
    kept("a", 1)
    with RunReads().changing("iam"):
        assert RunReads().answer("ec2", "a") is UNKNOWN
    assert RunReads().answer("ec2", "a") is UNKNOWN
    kept("a", 2)
    assert RunReads().answer("ec2", "a") == 2


class TestTags:
    """What the tagging service has answered."""

    @staticmethod
    def known() -> t.Any:
        return RunReads().answer(_run_reads.TAGGING, "tags")

    @pytest.fixture(autouse=True)
    def kept(self) -> None:
        reads = RunReads()
        reads.keep(_run_reads.TAGGING, "tags", {"arn": {}}, reads.asked(_run_reads.TAGGING))

    def test_it_counts_after_a_write_that_leaves_tags_alone(self) -> None:
        with RunReads().changing("logs", retags=False):
            assert self.known() == {"arn": {}}
        kept("a", 1)
        with RunReads().changing("rds", retags=False):
            pass
        assert self.known() == {"arn": {}}
        assert RunReads().quiet
        assert RunReads().answer("ec2", "a") is UNKNOWN

    def test_it_counts_no_more_after_one_that_touches_them(self) -> None:
        with RunReads().changing("logs"):
            assert self.known() is UNKNOWN
        assert self.known() is UNKNOWN
        assert not RunReads().quiet

    def test_nor_after_a_task_of_others(self) -> None:
        RunReads().changed()
        assert self.known() is UNKNOWN
        assert not RunReads().quiet


def test_of_a_service_that_was_written_to_nothing_is_shared() -> None:
    with RunReads().changing("ec2"):
        pass
    kept("a", 1)
    assert RunReads().answer("ec2", "a") is UNKNOWN


def test_what_was_asked_before_or_during_a_write_is_not_kept() -> None:
    reads = RunReads()
    before = reads.asked("ec2")
    with RunReads().changing("iam"):
        during = reads.asked("ec2")
        reads.keep("ec2", "a", "before", before)
    reads.keep("ec2", "a", "before", before)
    reads.keep("ec2", "a", "during", during)
    assert RunReads().answer("ec2", "a") is UNKNOWN


def test_two_writes_at_the_same_time() -> None:
    first, second = RunReads().changing("iam"), RunReads().changing("iam")
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    kept("a", 1)
    assert RunReads().answer("ec2", "a") is UNKNOWN
    second.__exit__(None, None, None)
    kept("a", 2)
    assert RunReads().answer("ec2", "a") == 2


def test_a_write_that_failed_is_over_and_one_that_was_killed_never() -> None:
    with pytest.raises(ValueError, match="refused"), RunReads().changing("iam"):
        raise ValueError("refused")
    kept("a", 1)
    assert RunReads().answer("ec2", "a") == 1
    if (pid := os.fork()) == 0:
        with RunReads().changing("iam"):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    kept("a", 2)
    assert RunReads().answer("ec2", "a") is UNKNOWN


def test_an_answer_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    kept("a", 1)
    now = _run_reads.time.time()
    monkeypatch.setattr(_run_reads.time, "time", lambda: now + 59)
    assert RunReads().answer("ec2", "a") == 1
    monkeypatch.setattr(_run_reads.time, "time", lambda: now + 61)
    assert RunReads().answer("ec2", "a") is UNKNOWN


def test_a_run_is_quiet_until_something_changes() -> None:
    assert RunReads().quiet
    kept("a", 1)
    assert RunReads().quiet
    RunReads().changed()
    assert not RunReads().quiet
    assert RunReads().answer("ec2", "a") is UNKNOWN


def test_many_processes_keep_their_answers_side_by_side() -> None:
    children = []
    for number in range(20):
        if (pid := os.fork()) == 0:
            kept(f"question {number}", "x" * number * 1000)
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    assert [RunReads().answer("ec2", f"question {number}") for number in range(20)] == [
        "x" * n * 1000 for n in range(20)
    ]


def test_questions_are_not_kept_as_text() -> None:
    kept("get_role deployer of 123456789012", 1)
    with open(os.environ[VARIABLE], "rb") as file:
        assert b"123456789012" not in file.read()


def test_nothing_more_is_kept_when_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_run_reads, "_MOST", 1000)
    kept("a", "x" * 2000)
    assert RunReads().answer("ec2", "a") is UNKNOWN
