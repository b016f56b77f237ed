# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run a function, in a fork of this process or in itself, as if it were a program that was started."""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import gc
import io
import locale
import logging
import os
import selectors
import signal
import sys
import tempfile
import threading
import time
import traceback
import types
import typing as t
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

_PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>
_GRACE_SECONDS = 1.0  # between asking a process to end and ending it


class NotStarted(Exception):
    """The child could not be made ready. The function was not called, and everything is as it was."""


def is_supported() -> bool:
    """Is this an interpreter in which a fork can stand for a new process?"""
    return (
        sys.platform == "linux"
        and sys.implementation.name == "cpython"
        and all(hasattr(atexit, name) for name in ("_clear", "_run_exitfuncs"))
        and all(hasattr(weakref.finalize, name) for name in ("_registry", "_registered_with_atexit"))
        and hasattr(threading, "_shutdown")
        and hasattr(logging, "_handlerList")
    )


def may_fork() -> bool:
    """Is nothing else going on in this process? A fork would stop other threads in the middle of what they do."""
    return threading.active_count() == 1 and threading.current_thread() is threading.main_thread()


def end_with_parent() -> None:
    """Have the system tell this process to end when its parent is gone, however that came.

    Workers of ansible-core lead sessions of their own. Killed without warning, as ansible-runner does to cancel a job,
    a playbook would leave them behind, and a module at work.
    """
    parent = os.getppid()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def run_in_fork(
    prepare: Callable[[], None], function: Callable[[], None], cwd: str | None, environment: Mapping[str, str]
) -> tuple[int, bytes, bytes]:
    """Call both functions in a child. Answer the exit code, and what it wrote to standard output and standard error.

    If anything fails before the second function is called, NotStarted says why.

    Nobody is left behind: when this process is told to end, or an exception (such as the timeout of a task) ends the
    wait, the child and all it has started end too.
    """
    pipes = _Pipes()
    try:
        # From here until the child is known, and the child has become itself, a signal would find the wrong handler.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            if (pid := os.fork()) == 0:
                _child(pipes, prepare, function, cwd, environment, mask)
            child = _Child(pid)
            with child.ending_with_this_process():
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
                stdout, stderr, ready = pipes.read_all()
                code, farewell = child.wait()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    finally:
        pipes.close()
    if not ready:
        raise NotStarted(stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return code, stdout, stderr + farewell


def run_here(function: Callable[[], None], cwd: str | None, environment: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """Call a function in this process, and answer as run_in_fork does.

    For functions that are known to end their threads, and to leave signals and files of others alone. They find the
    standard streams, arguments, environment, working directory, locale and logging of a program that was started, and
    this process has its own again afterwards. What it would have done at its own end is forgotten: it has to be one
    that leaves with os._exit, as workers do.
    """
    own = sys.argv[:], dict(os.environ), os.getcwd(), locale.setlocale(locale.LC_ALL)
    logs = logging.root.handlers[:], logging.root.level
    streams = sys.stdin, sys.stdout, sys.stderr
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict", write_through=True)
    stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace", write_through=True)
    atexit._clear()
    try:
        sys.argv[:] = [""]
        sys.stdin, sys.stdout, sys.stderr = io.StringIO(), stdout, stderr
        logging.root.handlers.clear()
        logging.root.setLevel(logging.WARNING)
        _reset_locale()
        _enter(cwd, environment)
        code = _exit_code(function)
        with suppress(Exception):
            atexit._run_exitfuncs()
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
        logging.root.handlers[:] = logs[0]
        logging.root.setLevel(logs[1])
        sys.argv[:] = own[0]
        os.environ.clear()
        os.environ.update(own[1])
        if "TZ" in environment:
            time.tzset()
        os.chdir(own[2])
        with suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, own[3])
    return code, _written(stdout), _written(stderr)


def _written(stream: io.TextIOWrapper) -> bytes:
    return t.cast(io.BytesIO, stream.buffer).getvalue()


class _Pipes:
    """Standard input, output and error of the child, and a pipe on which it says that it is ready."""

    def __init__(self) -> None:
        self._open: list[int] = []
        try:
            self.stdin, self._stdin = self._pipe()
            self._stdout, self.stdout = self._pipe()
            self._stderr, self.stderr = self._pipe()
            self._ready, self.ready = self._pipe()
        except BaseException:
            self.close()
            raise

    def _pipe(self) -> tuple[int, int]:
        ends = []
        for low in os.pipe():
            self._open.append(low)
            # Not one of the first three numbers, even if they are free here: the child will put something else there.
            ends.append(fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 3))
            self._open.append(ends[-1])
            self._close(low)
        return ends[0], ends[1]

    def _close(self, *descriptors: int) -> None:
        for descriptor in descriptors:
            self._open.remove(descriptor)
            os.close(descriptor)

    def close(self) -> None:
        self._close(*list(self._open))

    def read_all(self) -> list[bytes]:
        """Read everything the child writes, at once, until each end is closed by everyone who could write to it."""
        self._close(self.stdin, self._stdin, self.stdout, self.stderr, self.ready)
        buffers = {descriptor: bytearray() for descriptor in (self._stdout, self._stderr, self._ready)}
        with selectors.DefaultSelector() as selector:
            for descriptor in buffers:
                selector.register(descriptor, selectors.EVENT_READ)
            while selector.get_map():
                for key, _events in selector.select():
                    if data := os.read(key.fd, 65536):
                        buffers[key.fd] += data
                    else:
                        selector.unregister(key.fd)
        return [bytes(buffer) for buffer in buffers.values()]


class _Child:
    """A child process that leads its own process group."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._reaped = False
        with suppress(OSError):
            os.setpgid(pid, pid)  # the child does the same; whoever is first

    def wait(self) -> tuple[int, bytes]:
        """The exit code, and what is to be said about it, in the way of a shell."""
        _pid, status = os.waitpid(self._pid, 0)
        self._reaped = True
        code = os.waitstatus_to_exitcode(status)
        return (code, b"") if code >= 0 else (128 - code, f"{signal.strsignal(-code)}\n".encode())

    def end(self, signum: int) -> None:
        """Ask the whole group to end, and make it so. The leader is reaped last, so its number cannot be taken."""
        if self._reaped:
            return
        self._signal(signum)
        deadline = time.monotonic() + _GRACE_SECONDS
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while os.waitid(os.P_PID, self._pid, flags) is None and time.monotonic() < deadline:
            time.sleep(0.01)
        self._signal(signal.SIGKILL)
        self.wait()

    def _signal(self, signum: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signum)

    @contextmanager
    def ending_with_this_process(self) -> Iterator[None]:
        previous = {int(signum): signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)}

        def pass_on(signum: int, frame: types.FrameType | None) -> None:
            self.end(signum)
            handler = previous[signum]
            signal.signal(signum, handler)
            if callable(handler):
                handler(signum, frame)
            else:
                os.kill(os.getpid(), signum)

        for signum, handler in previous.items():
            if handler not in (signal.SIG_IGN, None):
                signal.signal(signum, pass_on)
        try:
            yield
        except BaseException:
            self.end(signal.SIGTERM)
            raise
        finally:
            for signum, handler in previous.items():
                if signal.getsignal(signum) is pass_on:
                    signal.signal(signum, handler)


def _child(
    pipes: _Pipes,
    prepare: Callable[[], None],
    function: Callable[[], None],
    cwd: str | None,
    environment: Mapping[str, str],
    mask: set[int],
) -> t.NoReturn:
    code = 1
    try:
        gc.freeze()  # nothing that belongs to the parent is ever freed here: its descriptors have other owners now
        os.setpgid(0, 0)
        for number, descriptor in enumerate((pipes.stdin, pipes.stdout, pipes.stderr)):
            os.dup2(descriptor, number)
        _close_all_but(0, 1, 2, pipes.ready)
        _reset_signals(mask)
        _reset_interpreter()
        _enter(cwd, environment)
        prepare()
        os.write(pipes.ready, b"1")
        os.close(pipes.ready)
        code = _exit_code(function)
    except BaseException:
        os.write(2, traceback.format_exc().encode(errors="replace"))
    finally:
        for at_end in (_end_threads, atexit._run_exitfuncs, sys.stdout.flush, sys.stderr.flush):
            with suppress(BaseException):
                at_end()
        os._exit(code)


def _enter(cwd: str | None, environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    if "TZ" in environment:
        time.tzset()
    if cwd:
        os.chdir(cwd)
    os.environ["PWD"] = os.getcwd()


def _exit_code(function: Callable[[], None]) -> int:
    try:
        function()
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return (error.code or 0) & 0xFF
        print(error.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        traceback.print_exc()
        return 128 + signal.SIGINT
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _end_threads() -> None:
    threading._shutdown()  # type: ignore[attr-defined]


def _close_all_but(*keep: int) -> None:
    try:
        descriptors = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        descriptors = list(range(os.sysconf("SC_OPEN_MAX")))
    for descriptor in descriptors:
        if descriptor not in keep:
            with suppress(OSError):  # one was used for the listing itself, and is closed already
                os.close(descriptor)


def _reset_signals(mask: set[int]) -> None:
    signal.set_wakeup_fd(-1)
    for signum in signal.valid_signals():
        if callable(signal.getsignal(signum)):
            signal.signal(signum, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) == signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for signum in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(signum, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _reset_interpreter() -> None:
    """Undo what a long running program has done to the interpreter, as far as another program could notice."""
    atexit._clear()
    weakref.finalize._registry.clear()  # type: ignore[attr-defined]
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
    logging._handlerList.clear()  # type: ignore[attr-defined]
    atexit.register(logging.shutdown)
    logging.root.handlers.clear()
    logging.root.setLevel(logging.WARNING)
    logging.disable(logging.NOTSET)
    tempfile.tempdir = None
    _reset_locale()
    sys.excepthook = sys.__excepthook__
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    excluded = {"", ".", os.path.dirname(os.path.realpath(script)) if script else ""}
    sys.path[:] = [path for path in sys.path if path not in excluded]
    sys.argv[:] = [""]
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.stdin = sys.__stdin__ = _stream(0, "rb", sys.__stdin__, "strict")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _stream(1, "wb", sys.__stdout__, "strict")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, "wb", sys.__stderr__, "backslashreplace")  # type: ignore[misc]


def _reset_locale() -> None:
    locale.setlocale(locale.LC_ALL, "C")
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "")


def _stream(descriptor: int, mode: str, like: object, errors: str) -> io.TextIOWrapper:
    unbuffered = mode == "wb" and getattr(like, "write_through", False)
    return io.TextIOWrapper(
        open(descriptor, mode, buffering=0 if unbuffered else -1, closefd=False),
        encoding=getattr(like, "encoding", None) or "utf-8",
        errors=getattr(like, "errors", None) or errors,
        line_buffering=descriptor == 2,
        write_through=unbuffered,
    )
