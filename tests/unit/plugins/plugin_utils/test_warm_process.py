# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A fork has to look like a program that was started: from inside, and to the one who waits for it."""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import weakref
from pathlib import Path

import pytest
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_process

FILE = Path(_warm_process.__file__)


def run(function, cwd=None, environment=None, prepare=lambda: None):
    return _warm_process.run_in_fork(prepare, function, cwd, environment or {})


def say(value) -> None:
    print(json.dumps(value))


def answer_of(function, **kwargs):
    code, stdout, stderr = run(lambda: say(function()), **kwargs)
    assert (code, stderr) == (0, b"")
    return json.loads(stdout)


def open_descriptors() -> set[str]:
    return set(os.listdir("/proc/self/fd"))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition, seconds=10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_output_and_exit_code_are_those_of_the_function():
    def function():
        print("out")
        print("err", file=sys.stderr)
        sys.exit(3)

    assert run(function) == (3, b"out\n", b"err\n")


@pytest.mark.parametrize("code, expected", [(None, 0), (0, 0), (300, 44), (-1, 255), (True, 1)])
def test_exit_codes_are_cut_like_those_of_a_program(code, expected):
    assert run(lambda: sys.exit(code))[0] == expected


def test_an_exit_with_a_text_is_a_failure_that_says_it():
    assert run(lambda: sys.exit("text")) == (1, b"", b"text\n")


def test_an_exception_is_a_traceback_and_a_failure():
    code, stdout, stderr = run(lambda: 1 / 0)
    assert (code, stdout) == (1, b"")
    assert stderr.startswith(b"Traceback") and b"ZeroDivisionError" in stderr


@pytest.mark.parametrize("signum, expected", [(signal.SIGKILL, 137), (signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_child_that_is_killed_reads_like_in_a_shell(signum, expected):
    assert run(lambda: os.kill(os.getpid(), signum))[0] == expected


def test_what_was_written_before_a_crash_is_kept():
    def function():
        os.write(1, b"half")
        os.abort()

    code, stdout, _stderr = run(function)
    assert (code, stdout) == (134, b"half")


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 20_000_000])
def test_output_of_any_size_on_both_pipes(size):
    def function():
        for _ in range(2):  # one after the other: whoever reads only one of the two will wait forever
            os.write(1, b"")
            for stream, byte in ((sys.stdout, "o"), (sys.stderr, "e")):
                stream.write(byte * (size // 2))

    _code, stdout, stderr = run(function)
    assert (len(stdout), set(stdout)) == (size // 2 * 2, set(b"o") if size > 1 else set())
    assert (len(stderr), set(stderr)) == (size // 2 * 2, set(b"e") if size > 1 else set())


def test_bytes_that_are_no_text_pass_unchanged():
    garbage = bytes(range(256)) * 10
    assert run(lambda: os.write(1, garbage))[1] == garbage


def test_standard_input_is_at_its_end():
    assert answer_of(lambda: [sys.stdin.read(), os.read(0, 10).decode()]) == ["", ""]


def test_no_descriptor_is_inherited_and_none_is_left():
    with tempfile.TemporaryFile() as file:
        os.set_inheritable(file.fileno(), True)
        before = open_descriptors()
        inside = answer_of(lambda: sorted(open_descriptors(), key=int))
        assert inside[:3] == ["0", "1", "2"] and len(inside) == 4  # the last is the listing itself
        assert open_descriptors() == before


def test_standard_descriptors_may_be_closed_in_the_parent():
    program = f"""
        import importlib.util, os, sys
        spec = importlib.util.spec_from_file_location("process", {str(FILE)!r})
        process = importlib.util.module_from_spec(spec)
        sys.modules["process"] = process
        spec.loader.exec_module(process)
        keep = os.dup(1)
        for number in (0, 1, 2):
            os.close(number)
        result = process.run_in_fork(lambda: None, lambda: print("there"), None, {{}})
        os.write(keep, repr(result).encode())
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, timeout=30, check=True)
    assert done.stdout == b"(0, b'there\\n', b'')"


def test_environment_and_directory_are_those_of_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("KEPT", "yes")
    inside = answer_of(
        lambda: [
            os.environ["KEPT"],
            os.environ["ADDED"],
            os.getcwd(),
            os.environ["PWD"],
            os.popen("echo $ADDED").read(),
        ],
        cwd=str(tmp_path),
        environment={"ADDED": "a b'c"},
    )
    assert inside == ["yes", "a b'c", str(tmp_path), str(tmp_path), "a b'c\n"]
    assert "ADDED" not in os.environ
    assert Path.cwd() != tmp_path


def test_time_zone_of_the_command_is_used():
    assert answer_of(lambda: time.strftime("%z", time.localtime(0)), environment={"TZ": "XYZ-3"}) == "+0300"


def test_umask_is_kept():
    previous = os.umask(0o027)
    try:
        assert answer_of(lambda: os.umask(0)) == 0o027
    finally:
        os.umask(previous)


def test_signals_are_as_a_new_interpreter_has_them():
    for signum in (signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1):
        signal.signal(signum, lambda *_: None)
    try:
        fresh = subprocess.run(
            [
                sys.executable,
                "-c",
                "import signal; print([str(signal.getsignal(n)) for n in sorted(signal.valid_signals())])",
            ],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout
        inside = run(lambda: print([str(signal.getsignal(n)) for n in sorted(signal.valid_signals())]))[1].decode()
        blocked = answer_of(lambda: sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))
    finally:
        for signum in (signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1):
            signal.signal(signum, signal.SIG_DFL)
    strip = lambda text: [part.partition(" at ")[0] for part in text.split(", ")]  # noqa: E731
    assert strip(inside) == strip(fresh)
    assert blocked == []


def test_what_the_parent_does_at_exit_is_not_done_by_the_child(tmp_path):
    marker = tmp_path / "parent"

    class Thing:
        pass

    thing = Thing()
    atexit.register(marker.touch)
    finalizer = weakref.finalize(thing, marker.touch)
    try:
        run(lambda: None)
        assert not marker.exists()
    finally:
        atexit.unregister(marker.touch)
        finalizer.detach()


def test_what_the_child_does_at_exit_is_done(tmp_path):
    class Thing:
        pass

    def function():
        global kept
        kept = Thing()
        atexit.register((tmp_path / "atexit").touch)
        weakref.finalize(kept, (tmp_path / "finalize").touch)
        threading.Thread(target=lambda: (time.sleep(0.2), (tmp_path / "thread").touch())).start()
        sys.exit(0)

    assert run(function)[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atexit", "finalize", "thread"]


def test_logging_of_the_parent_stays_with_the_parent(tmp_path):
    handler = logging.FileHandler(tmp_path / "log")
    logging.root.addHandler(handler)
    try:
        assert run(lambda: logging.getLogger("child").info("secret")) == (0, b"", b"")
        assert (tmp_path / "log").read_text() == ""
    finally:
        logging.root.removeHandler(handler)
        handler.close()


def test_a_child_that_forks_is_waited_for_as_long_as_its_output_is_open():
    def function():
        if os.fork() == 0:
            time.sleep(0.3)
            os.write(1, b"later")
            os._exit(0)
        os.write(1, b"first ")

    assert run(function)[1] == b"first later"


def test_a_child_that_cannot_be_made_ready_does_not_call_the_function(tmp_path):
    marker = tmp_path / "called"

    def prepare():
        raise ValueError("this interpreter is strange")

    with pytest.raises(_warm_process.NotStarted, match="ValueError: this interpreter is strange"):
        run(marker.touch, prepare=prepare)
    with pytest.raises(_warm_process.NotStarted, match="nowhere"):
        run(marker.touch, cwd=str(tmp_path / "nowhere"))
    assert not marker.exists()


class Timeout(BaseException):
    pass


def test_a_timeout_ends_the_child_and_what_it_started():
    def hang():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen(["sleep", "1000"])
        time.sleep(1000)

    def on_alarm(_signum, _frame):
        raise Timeout

    children = []
    fork = os.fork

    def remember():
        pid = fork()
        children.append(pid)
        return pid

    previous = signal.signal(signal.SIGALRM, on_alarm)
    before = open_descriptors()
    try:
        with pytest.MonkeyPatch.context() as patch, pytest.raises(Timeout):
            patch.setattr(os, "fork", remember)
            signal.setitimer(signal.ITIMER_REAL, 0.5)
            run(hang)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert open_descriptors() == before
    assert wait_until(lambda: not group_members(children[0]))
    with pytest.raises(ChildProcessError):
        os.waitpid(children[0], os.WNOHANG)


def group_members(group: int) -> list[int]:
    members = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with contextlib.suppress(OSError, ProcessLookupError):
                if os.getpgid(int(path.name)) == group and is_running(int(path.name)):
                    members.append(int(path.name))
    return members


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("stubborn", [False, True])
def test_nobody_survives_when_the_waiting_process_is_told_to_end(tmp_path, signum, stubborn):
    program = f"""
        import importlib.util, os, signal, subprocess, sys, time
        spec = importlib.util.spec_from_file_location("process", {str(FILE)!r})
        process = importlib.util.module_from_spec(spec)
        sys.modules["process"] = process
        spec.loader.exec_module(process)
        def hang():
            if {stubborn}:
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)
            started = subprocess.Popen(["sleep", "1000"])
            with open({str(tmp_path / "new")!r}, "w") as file:
                file.write(f"{{os.getpid()}} {{started.pid}}")
            os.rename({str(tmp_path / "new")!r}, {str(tmp_path / "pids")!r})
            while True:
                time.sleep(1000)
        process.run_in_fork(lambda: None, hang, None, {{}})
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stderr=subprocess.DEVNULL) as process:
        try:
            assert wait_until((tmp_path / "pids").exists)
            pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
            assert len(pids) == 2 and all(is_running(pid) for pid in pids)
            process.send_signal(signum)
            assert process.wait(timeout=20) == -signum
            assert wait_until(lambda: not any(is_running(pid) for pid in pids))
        finally:
            process.kill()


def test_memory_and_descriptors_do_not_grow():
    import resource

    def measure():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, open_descriptors()

    for _ in range(5):
        run(lambda: print("x" * 1_000_000))
    memory, descriptors = measure()
    for _ in range(50):
        run(lambda: print("x" * 1_000_000))
    assert measure()[1] == descriptors
    assert measure()[0] - memory < 10_000  # kilobytes; fifty outputs kept would be fifty thousand


def test_the_handlers_of_the_parent_are_as_before():
    before = [signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)]
    run(lambda: None)
    assert [signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)] == before
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()


def test_a_process_with_another_thread_must_not_fork():
    assert _warm_process.may_fork() == (threading.active_count() == 1)
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert not _warm_process.may_fork()
    finally:
        stop.set()
        thread.join()


def here(function, cwd=None, environment=None):
    """What run_here answers in a worker, and what has become of the worker's surroundings."""

    def surroundings():
        return [
            [id(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)],
            sys.argv[:],
            dict(os.environ),
            os.getcwd(),
            [str(handler) for handler in logging.root.handlers],
            logging.root.level,
        ]

    def worker():
        sys.argv[:] = ["of the worker"]
        logging.root.addHandler(logging.NullHandler())
        before = surroundings()
        code, stdout, stderr = _warm_process.run_here(function, cwd, environment or {})
        return code, stdout.decode(), stderr.decode(), surroundings() == before

    return answer_of(worker)


class TestHere:
    """run_here stands for a process too, but the worker it runs in goes on afterwards."""

    def test_what_is_written_comes_back(self):
        def function():
            print("to output ü")
            print("to error", file=sys.stderr)
            sys.exit(3)

        assert here(function) == [3, "to output ü\n", "to error\n", True]

    def test_an_exception_is_a_traceback_and_a_code(self):
        def function():
            raise ValueError("wrong")

        code, stdout, stderr, _same = here(function)
        assert (code, stdout) == (1, "") and "ValueError: wrong" in stderr

    def test_it_finds_the_surroundings_of_a_program(self, tmp_path):
        def function():
            logging.getLogger("a.library").warning("for its own output")
            places = [os.getcwd(), os.environ["PWD"]]
            say([sys.argv, places, os.environ["A"], len(logging.root.handlers), sys.stdin.read()])

        code, stdout, stderr, _same = here(function, str(tmp_path), {"A": "b"})
        assert (code, stderr) == (0, "for its own output\n")
        assert json.loads(stdout) == [[""], [str(tmp_path)] * 2, "b", 0, ""]

    def test_the_worker_has_its_own_again(self, tmp_path):
        def function():
            os.environ["LEFT"] = "behind"
            os.environ.pop("PATH")
            sys.argv.append("more")
            logging.basicConfig(level=logging.DEBUG)
            os.chdir("/")

        assert here(function, str(tmp_path), {"TZ": "Asia/Tokyo"}) == [0, "", "", True]

    def test_what_is_to_be_done_at_the_end_is_done(self, tmp_path):
        here(lambda: atexit.register((tmp_path / "done").touch))
        assert (tmp_path / "done").exists()
