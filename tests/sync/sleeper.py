"""A worker of its own that runs the sending lane once: `python -m tests.sync.sleeper WS BOX`."""

import sys


def main() -> None:
    import django

    django.setup()
    from sync.actions import lease, push, reading

    workspace, mailbox = (int(word) for word in sys.argv[1:])
    push.push(lease.take(workspace_id=workspace, mailbox_id=mailbox, lane="out"))
    reading.pool().close()


if __name__ == "__main__":
    main()
