"""Child processes for work that may hang or crash: kept for the next call, ended when it takes too long."""

import atexit
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from contextlib import suppress
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

QUIET_SECONDS = 300  # a child without work for so long ends and gives its memory back
MEMORY = 2 * 2**30  # bytes of address space for one child


class ChildDied(Exception):
    """The process ended without an answer, for want of memory or by a crash."""


class Children:
    """Processes that run one function of ours again and again, at most one call per core at a time.

    Arguments and answer are pickled; the function must not raise. Safe from any thread.
    """

    def __init__(self, module: str, function: str, memory: int = MEMORY) -> None:
        self.code = f"from intranet_crm.children import serve; serve({module!r}, {function!r}, {memory}"
        self.idle: deque[_Child] = deque()
        self._slots = threading.BoundedSemaphore(os.cpu_count() or 1)
        atexit.register(self.end)

    def call(self, *arguments: Any, seconds: float) -> Any:
        """The function's answer; raises TimeoutError after ``seconds``, waiting included, or ChildDied."""
        deadline = time.monotonic() + seconds
        if not self._slots.acquire(timeout=seconds):
            raise TimeoutError
        try:
            with suppress(ChildDied, IndexError):  # none idle, or it has just ended: go on with a new one
                return self._ask(self.idle.pop(), arguments, deadline)
            return self._ask(_Child(self.code), arguments, deadline)
        finally:
            self._slots.release()

    def _ask(self, child: "_Child", arguments: tuple, deadline: float) -> Any:
        try:
            answer = child.ask(arguments, deadline)
        except BaseException:
            child.end()
            raise
        self.idle.append(child)
        return answer

    def end(self) -> None:
        """End the idle processes."""
        while self.idle:
            self.idle.pop().end()


class _Child:
    """A fresh Python process, not a fork: the caller has threads, and may be a daemon process itself."""

    def __init__(self, code: str) -> None:
        self.owner = os.getpid()
        self.folder = tempfile.mkdtemp(prefix="crm-child-")
        self.pipe, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own code
                [sys.executable, "-c", f"{code}, {theirs.fileno()}, {self.folder!r})"],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )

    def ask(self, arguments: tuple, deadline: float) -> Any:
        if self.owner != os.getpid():  # forked since: this child answers to another process
            raise ChildDied
        try:
            self.pipe.send(arguments)
            if not self.pipe.poll(deadline - time.monotonic()):
                raise TimeoutError
            return self.pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise ChildDied from None

    def end(self) -> None:
        self.pipe.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
            shutil.rmtree(self.folder, ignore_errors=True)


def serve(module: str, function: str, memory: int, descriptor: int, folder: str) -> None:
    """The life of a child: answer until the caller hangs up or nothing comes for a while.

    Temporary files go to ``folder``, which whoever lives longer removes.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who finishes this call first
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    tempfile.tempdir = folder
    answer = getattr(import_module(module), function)
    pipe = Connection(descriptor)
    with suppress(EOFError, OSError):
        while pipe.poll(QUIET_SECONDS):
            pipe.send(answer(*pipe.recv()))
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
