"""`python -m crm.config.embedded` runs Fio with its own database, in the demo with its own mail."""

import argparse
import os
import sys

from crm.config.embedded import folders
from crm.config.embedded.refusal import Refusal
from crm.config.embedded.signals import Signals, Stopped
from crm.config.embedded.supervisor import Supervisor

EXIT_REFUSED = 1


def main() -> int:
    """Returns the exit code: 0 when stopped as asked, 1 when it could not start."""
    parser = argparse.ArgumentParser(prog="python -m crm.config.embedded", description=__doc__)
    parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
    parser.add_argument("--demo", action="store_true", help="with the demo's mail and customers")
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the process that started it ends"
    )
    chosen = parser.parse_args()
    try:
        port = _port(chosen.port)
        with Signals(with_parent=chosen.with_parent) as signals:
            data = folders.default_data()
            Supervisor(data, port, demo=chosen.demo, signals=signals).run()
    except Stopped:
        return 0
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr, flush=True)
        return EXIT_REFUSED
    return 0


def _port(word: str) -> int:
    if word.isdigit() and 0 < int(word) < 65536:
        return int(word)
    raise Refusal(f"PORT={word} is not a port.", "Choose a number: make demo PORT=8000")


if __name__ == "__main__":
    sys.exit(main())
