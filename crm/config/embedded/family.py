"""The children of the supervisor: started, watched, started again, stopped in order."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from subprocess import Popen

from crm.config.embedded import process
from crm.config.embedded.process import Plan
from crm.config.embedded.refusal import Refusal

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
# A child that lived this long is not failing again and again.
STEADY = 60.0
LARGEST_LOG = 10 * 1024 * 1024


@dataclass
class Child:
    """One process and what is known of its life; `stop` is how it is asked to end."""

    name: str
    start: Callable[[], Popen[bytes]]
    stop: Callable[[Popen[bytes]], None]
    popen: Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float | None = None


class Family:
    """All children, in the order in which they were started."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.children: list[Child] = []
        self.say = say

    def adopt(
        self,
        name: str,
        start: Callable[[], Popen[bytes]],
        stop: Callable[[Popen[bytes]], None],
        running: Popen[bytes],
    ) -> None:
        """Watches a process that runs already."""
        self.children.append(Child(name, start, stop, running, time.monotonic()))

    def start(self, plan: Plan, *, patience: float = 8) -> Child:
        """Starts a process of ours and watches it from now on."""
        rotate(plan)

        def stop(popen: Popen[bytes]) -> None:
            process.stop(popen, with_signal=signal.SIGTERM, patience=patience)

        child = Child(plan.name, lambda: process.spawn(plan), stop)
        self._start(child)
        self.children.append(child)
        return child

    def look_after(self) -> None:
        """Says which children have died and starts them again, each later than before."""
        now = time.monotonic()
        for child in self.children:
            if child.again_at is not None and now >= child.again_at:
                self._start_again(child)
            elif child.popen is not None and child.popen.poll() is not None:
                self._plan_again(child, child.popen.returncode, now)

    def stop(self) -> None:
        """Stops all, the last started first; those that take their time do so together."""
        for child in reversed(self.children):
            if child.popen is not None and child.popen.poll() is None:
                child.stop(child.popen)

    def ask_to_stop(self, *names: str) -> None:
        """Asks these to end without waiting for them."""
        for child in self.children:
            if child.name in names and child.popen is not None and child.popen.poll() is None:
                child.popen.send_signal(signal.SIGTERM)

    def _start(self, child: Child) -> None:
        child.popen = child.start()
        child.started = time.monotonic()
        child.again_at = None

    def _start_again(self, child: Child) -> None:
        try:
            self._start(child)
        except (OSError, Refusal) as error:
            self.say(f"{child.name} could not be started: {error}")
            child.failures += 1
            child.again_at = time.monotonic() + _wait(child.failures)

    def _plan_again(self, child: Child, code: int, now: float) -> None:
        child.failures = 1 if now - child.started > STEADY else child.failures + 1
        wait = _wait(child.failures)
        child.popen = None
        child.again_at = now + wait
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self.say(f"{child.name} ended ({how}); starting it again in {wait:.0f} s")


def rotate(plan: Plan) -> None:
    """Puts a log that has grown large aside, keeping one old one."""
    if plan.log.exists() and plan.log.stat().st_size > LARGEST_LOG:
        plan.log.replace(plan.log.with_suffix(".log.1"))


def _wait(failures: int) -> float:
    wait: float = FIRST_WAIT * 2 ** (failures - 1)
    return min(wait, LONGEST_WAIT)
