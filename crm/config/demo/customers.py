"""What the customers answer, and when; what they mean to send survives a restart."""

import json
import logging
import random
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from crm.config.demo import accounts, letter, maildrop, people, phrases

# Each customer answers this often in one conversation, so that no two programs talk forever.
ANSWERS_PER_THREAD = 3
ANSWERS_PER_DAY = 300

log = logging.getLogger("fio.demo.customers")


class Postbag:
    """Answers on their way: one file each, named by when it is due and for whom."""

    def __init__(self, data: Path, *, soonest: float = 4, latest: float = 9) -> None:
        self.data = data
        self.pending = data / "pending"
        self.pending.mkdir(exist_ok=True)
        self.counts = data / "answers.json"
        self.soonest = soonest
        self.latest = latest

    def put(self, to: accounts.Account, raw: bytes, now: datetime, *, wait: float) -> None:
        """Has the bytes delivered to the account after `wait` seconds."""
        due = now + timedelta(seconds=wait)
        name = f"{due.timestamp():.3f}_{to.key}_{uuid.uuid4().hex}.eml"
        fresh = self.pending / f".{name}"
        fresh.write_bytes(raw)
        fresh.rename(self.pending / name)

    def consider(
        self, message: EmailMessage, sender: accounts.Account, recipient: str, now: datetime
    ) -> None:
        """Lets the customer read the message and perhaps answer it."""
        customer = people.behind(recipient)
        if customer.key in people.MACHINES or _is_automatic(message):
            return
        count = self._next_count(f"{customer.address} {_conversation(message)}", now)
        if count is None:
            return
        words = letter.own_words(message)
        language = phrases.language_of(words, customer.language or people.ENGLISH)
        text = phrases.answer(words, language=language, count=count)
        wait = random.uniform(self.soonest, self.latest)
        at = now + timedelta(seconds=wait)
        at = at.astimezone(customer.clock)
        answer = letter.reply(message, replace(customer, language=language), sender, text, at)
        self.put(sender, answer.build(), now, wait=wait)

    def deliver_due(self, now: datetime) -> int:
        """Delivers what is due and returns how many that were."""
        due = sorted(p for p in self.pending.glob("[0-9]*.eml") if _due(p) <= now.timestamp())
        for place in due:
            key = place.name.split("_")[1]
            maildrop.deliver(self.data, accounts.by_key(key), place.read_bytes(), at=now)
            place.unlink()
        return len(due)

    def _next_count(self, conversation: str, now: datetime) -> int | None:
        """How many answers this one will make, or None when there have been enough."""
        counts = json.loads(self.counts.read_text()) if self.counts.exists() else {}
        today = now.date().isoformat()
        count, total = counts.get(conversation, 0) + 1, counts.get(today, 0) + 1
        if count > ANSWERS_PER_THREAD or total > ANSWERS_PER_DAY:
            log.info("%s has been answered enough", conversation)
            return None
        counts |= {conversation: count, today: total}
        fresh = self.counts.with_suffix(".new")
        fresh.write_text(json.dumps(counts))
        fresh.rename(self.counts)
        return int(count)


def _due(place: Path) -> float:
    return float(place.name.split("_")[0])


def _is_automatic(message: EmailMessage) -> bool:
    automatic = str(message.get("Auto-Submitted", "no")).lower() != "no"
    return automatic or str(message.get("Precedence", "")).lower() in {"bulk", "junk", "list"}


def _conversation(message: EmailMessage) -> str:
    """The id of the mail that began it."""
    chain = f"{message.get('References', '')} {message.get('In-Reply-To', '')}".split()
    return chain[0] if chain else str(message.get("Message-ID", ""))
