"""The demo's mail server: `python -m crm.config.demo.mailserver FOLDER` runs until stopped."""

import argparse
import asyncio
import logging
import os
import signal
import time
import warnings
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from crm.config.demo import accounts, correspondence, customers, imap, pictures, smtp

DELIVERY_ROUND = 0.5


def main() -> None:
    """Seeds the mailboxes once, then serves IMAP, SMTP and the pictures of newsletters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--imap", type=int, help="the port; by default a free one, kept")
    parser.add_argument("--smtp", type=int, help="the port; by default a free one, kept")
    parser.add_argument("--answer-after", type=float, nargs=2, default=(4.0, 9.0))
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    # This server listens on the machine itself; TLS would prove nothing.
    warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
    # pymap reads the file times of a Maildir as local time and calls them UTC.
    os.environ["TZ"] = "UTC"
    time.tzset()
    chosen.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = accounts.ports(chosen.folder)
    ports = accounts.Ports(chosen.imap or kept.imap, chosen.smtp or kept.smtp, kept.pictures)
    asyncio.run(serve(chosen.folder, ports, tuple(chosen.answer_after)))


async def serve(data: Path, ports: accounts.Ports, answer_after: tuple[float, float]) -> None:
    """Serves until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopped.set)
    seed_once(data, pictures_at=f"http://{accounts.HOST}:{ports.pictures}")
    postbag = customers.Postbag(data, soonest=answer_after[0], latest=answer_after[1])
    async with AsyncExitStack() as stack:
        await imap.start(data, ports.imap, stack)
        await smtp.start(data, ports.smtp, postbag, stack)
        await pictures.start(ports.pictures, stack)
        logging.info("IMAP on %d, SMTP on %d, pictures on %d", *ports)
        while not stopped.is_set():
            postbag.deliver_due(datetime.now(UTC))
            try:
                await asyncio.wait_for(stopped.wait(), DELIVERY_ROUND)
            except TimeoutError:
                continue


def seed_once(data: Path, *, pictures_at: str) -> None:
    """Writes the first letters; a start that was killed while doing so begins again."""
    done = data / "seeded"
    if done.exists():
        return
    for account in accounts.ACCOUNTS:
        home = data / account.address
        if home.exists():
            home.rename(data / f"unfinished-{time.time_ns()}-{account.address}")
    count = correspondence.seed(data, datetime.now(UTC), pictures=pictures_at)
    done.write_text(f"{count}\n")
    logging.info("%d letters written", count)


if __name__ == "__main__":
    main()
