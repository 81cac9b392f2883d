"""A worker that can be killed at any point: `python -m tests.sync.mortal`.

It reads one JSON order a line, forks a process that runs one lane of one mailbox, and
answers with how that ended. The process kills itself, as `kill -9` does, when it reaches
the point it was told to die at: before or after any commit, at any step of a sending.
"""

import json
import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import Any, Self


def main() -> None:
    """Serve orders until standard input ends."""
    import django

    django.setup()
    from sync.actions import pull, push  # noqa: F401 - loaded once for all children

    for line in sys.stdin:
        order = json.loads(line)
        inner, outer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(inner)
            serve(order, outer)
        os.close(outer)
        _pid, status = os.waitpid(child, 0)
        with os.fdopen(inner) as told:
            points = told.read().splitlines()
        answer = {"killed": os.WIFSIGNALED(status), "points": points}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def serve(order: dict[str, Any], report: int) -> None:
    """Run a lane in this process, counting points, until the end or the point of death."""
    from sync.actions import lease, pull, push, reading

    seen = 0

    def watch(point: str) -> None:
        nonlocal seen
        seen += 1
        os.write(report, f"{point}\n".encode())
        if seen == order["die_at"]:
            os.kill(os.getpid(), signal.SIGKILL)

    status = 1
    try:
        lease.watch = watch
        held = lease.take(
            workspace_id=order["workspace"], mailbox_id=order["mailbox"], lane=order["lane"]
        )
        (pull.pull if order["lane"] == "in" else push.push)(held)
        reading.pool().close()
        status = 0
    finally:
        os._exit(status)


class Mortal:
    """The other end: gives orders and tells what became of them."""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.mortal"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "crm.config.settings"},
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)

    def run(self, workspace: int, mailbox: int, lane: str, die_at: int = 0) -> dict[str, Any]:
        """One life: whether it was killed, and the points it passed."""
        order = {"workspace": workspace, "mailbox": mailbox, "lane": lane, "die_at": die_at}
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


if __name__ == "__main__":
    main()
