"""A worker of its own that runs one lane once: `python -m tests.sync.sleeper WS BOX [LANE N]`.

With a number it stops itself, as a frozen machine would, when it comes to its Nth commit
and the transaction is still open; then it goes on when it is told to.
"""

import os
import signal
import sys


def main() -> None:
    import django

    django.setup()
    from django.db import connections

    from sync.actions import lease, pull, push, reading

    workspace, mailbox = (int(word) for word in sys.argv[1:3])
    lane, number = (sys.argv[3], int(sys.argv[4])) if sys.argv[3:] else ("out", 0)
    seen = 0

    def watch(point: str) -> None:
        nonlocal seen
        seen += point == "before commit"
        if point == "before commit" and seen == number:
            with connections["default"].cursor() as cursor:
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '1s'")
            os.kill(os.getpid(), signal.SIGSTOP)

    lease.watch = watch
    held = lease.take(workspace_id=workspace, mailbox_id=mailbox, lane=lane)
    try:
        (pull.pull if lane == "in" else push.push)(held)
    finally:
        reading.pool().close()


if __name__ == "__main__":
    main()
