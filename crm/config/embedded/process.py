"""Starting and stopping child processes that never outlive the one who started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
# The terminal sends these to the whole process group; the supervisor alone decides what follows.
LEFT_TO_THE_SUPERVISOR = {signal.SIGINT, signal.SIGHUP}

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Plan:
    """How one child is started.

    `daemon` gives it a session of its own; the others stay in our process group with the
    terminal's signals blocked, a mask that survives exec and whatever handler they install.
    `parent_death` is the signal the kernel sends it when we die without saying goodbye.
    """

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    daemon: bool = False
    parent_death: signal.Signals = signal.SIGTERM
    pass_fds: Sequence[int] = ()
    run_as: tuple[int, int] | None = None
    before_exec: Callable[[], None] | None = None


def spawn(plan: Plan) -> subprocess.Popen[bytes]:
    """Starts the child; call it from the main thread, whose death is what the kernel watches."""
    parent = os.getpid()

    def in_child() -> None:
        if plan.before_exec is not None:
            plan.before_exec()
        # After any change of user: the kernel forgets the death signal when that happens.
        die_with_parent(plan.parent_death, parent)
        if not plan.daemon:
            signal.pthread_sigmask(signal.SIG_BLOCK, LEFT_TO_THE_SUPERVISOR)

    identity: dict[str, object] = {}
    if plan.run_as is not None:
        identity = {"user": plan.run_as[0], "group": plan.run_as[1], "extra_groups": []}
    with open(plan.log, "ab") as log:
        return subprocess.Popen(  # type: ignore[call-overload]
            list(plan.argv),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=plan.cwd,
            env=dict(plan.env) or None,
            pass_fds=plan.pass_fds,
            start_new_session=plan.daemon,
            preexec_fn=in_child,
            **identity,
        )


def die_with_parent(with_signal: signal.Signals, parent: int) -> None:
    """Asks the kernel for a signal when the parent dies; ends at once if it is dead already."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def stop(child: subprocess.Popen[bytes], *, with_signal: signal.Signals, patience: float) -> None:
    """Stops the child politely, and by force after `patience` seconds."""
    if child.poll() is not None:
        return
    child.send_signal(with_signal)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, for the message that says why something did not start."""
    if not log.exists():
        return ""
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])
