"""`make rolling`: every process renewed under load, from one version to another; nothing fails.

With --former the processes begin as that commit, on the tables of this checkout, as they stand
after `migrate` and before the first renewal; then both versions work side by side.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

from bench import figures, ground
from bench.figures import Figure
from tests.servers import certificates, dovecot, upgrade
from tests.servers.sink import sink
from tests.servers.stack import ALL, CHECKOUT, stack
from tests.servers.upgrade import Told

WORDS = """The processes of docker-compose.yml behind its Caddyfile, each asked to end and started
anew by the steps of scripts/rolling-upgrade, while people open pages and listen for events, a
program reads and sends by the API, and mail arrives."""


def main() -> int:
    """Returns 1 when a figure misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench.rolling", description=__doc__)
    parser.add_argument("--former", help="the commit that runs before")
    parser.add_argument("--rounds", type=int, default=1, help="how often all are renewed")
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two requests")
    parser.add_argument("--write", type=Path, help="the page to write")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="fio-rolling-") as name,
        _checkout(chosen.former) as old,
    ):
        told = _tell(Path(name), old, chosen.rounds, chosen.pause)
    found = _figures(told)
    title = f"All processes renewed, from {chosen.former or 'this version'} to this one"
    figures.show(title, found)
    for line in told.failures[:20]:
        print(f"    {line}")
    if chosen.write:
        command = f"python -m bench.rolling --rounds {chosen.rounds}"
        command += f" --former {chosen.former}" if chosen.former else ""
        figures.write(chosen.write, "Renewed under load", WORDS, command, {title: found})
    return 0 if all(figure.holds for figure in found) else 1


def _tell(folder: Path, old: Path, rounds: int, pause: float) -> Told:
    """The story, in a fresh database with the tables of this version."""
    call_command("database_bootstrap", verbosity=0)
    call_command("migrate", verbosity=0)
    certificate = certificates.issue(folder)
    with dovecot.dovecot(certificate) as server, sink(certificate) as smtp:
        office = ground.Office.open(
            ground.World.build(), ground.box(server, certificate), smtp_port=smtp.port
        )
        env = {name: value for name, value in os.environ.items() if name.startswith("FIO_")}
        env |= {"FIO_MAIL_CAFILE": str(certificate.authority), "FIO_LOG_LEVEL": "WARNING"}
        with stack(folder, env, *ALL, checkout=old) as running:
            return upgrade.tell(office, smtp, running, ALL * rounds, pause=pause)


@contextmanager
def _checkout(commit: str | None) -> Iterator[Path]:
    """A folder with that commit's code and our built front end; this one where none is named."""
    if commit is None:
        yield CHECKOUT
        return
    with tempfile.TemporaryDirectory(prefix="fio-former-") as name:
        place = Path(name) / "fio"
        git = ["git", "-C", str(CHECKOUT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(place), commit], check=True)
        (place / "build").symlink_to(CHECKOUT / "build")
        try:
            yield place
        finally:
            subprocess.run([*git, "remove", "--force", str(place)], check=True)


def _figures(told: Told) -> list[Figure]:
    asked = [Figure(f"requests: {kind}", count) for kind, count in sorted(told.asked.items())]
    slow = [
        Figure(f"the slowest: {kind}", seconds, unit=" s")
        for kind, seconds in sorted(told.slowest.items())
        if seconds
    ]
    return [
        *asked,
        Figure("requests that failed", len(told.failures), 0),
        *slow,
        Figure("mails handed to the outbox", told.accepted),
        Figure("of them not sent", told.not_sent, 0),
        Figure("sent twice", told.sent_twice, 0),
        Figure("mails that arrived", told.arrived),
        Figure("of them not imported", told.not_imported, 0),
        Figure("imported twice", told.imported_twice, 0),
    ]


if __name__ == "__main__":
    sys.exit(main())
