"""Mailboxes to measure with: believable sales mail, the same for the same seed.

The shape is that of real mailboxes: half the threads are single mails, most mails
have text and HTML, one in eight has a file, answers quote what they answer.
"""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path

WORDS = (
    "the price for depot sensor pilot delivery we can you call meeting monday quote order invoice "
    "contract renewal thanks please send attached report number month year team customer next week "
    "cold chain freezer alarm night truck driver plant manager board budget offer discount "
    "segue anexo proposta reunião amanhã obrigado preço entrega semana câmara fria são paulo "
    "cliente pedido contrato relatório você equipe depósito não está também"
).split()
NAMES = "Owen Helena Ingrid Ruth Felix Davi Nadia Tom Lucía Samuel Beatriz João Conceição".split()
# Above this many mails files are small, so that the disk is not what is measured
MANY, SMALL = 50_000, 0.03
START = datetime(2024, 11, 1, 8, 0, tzinfo=UTC)


@dataclass
class Talk:
    """A conversation that grows."""

    subject: str
    customer: tuple[str, str]
    ids: list[str] = field(default_factory=list)
    last: str = ""


def mails(count: int, *, owner: str = "alice@acme.test", seed: int = 7) -> Iterator[bytes]:
    """`count` raw mails of one mailbox, oldest first."""
    for raw, _ident, _talk in _letters(count, owner, seed):
        yield raw


def truth(count: int, *, owner: str = "alice@acme.test", seed: int = 7) -> dict[str, int]:
    """Which conversation each Message-ID of the same mails belongs to."""
    return {ident: talk for _raw, ident, talk in _letters(count, owner, seed)}


def _letters(count: int, owner: str, seed: int) -> Iterator[tuple[bytes, str, int]]:
    luck = random.Random(seed)
    scale = SMALL if count > MANY else 1.0
    at, talks = START, [_talk(luck, number) for number in range(max(count // 4, 1))]
    for number in range(count):
        at += timedelta(minutes=luck.randint(1, 2 * 525_600 * 2 // max(count, 1) + 1))
        chosen = min(int(luck.expovariate(1 / (len(talks) / 3))), len(talks) - 1)
        if not talks[chosen].ids or luck.random() < 0.2:
            chosen = luck.randrange(len(talks))
        talk = talks[chosen]
        yield _mail(luck, number, talk, owner, at, scale), talk.ids[-1], chosen


def write_maildir(folder: Path, count: int, *, seed: int = 7) -> int:
    """A Maildir of `count` mails in the order of their numbers; returns its bytes."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    total = 0
    for number, raw in enumerate(mails(count, seed=seed), start=1):
        total += len(raw)
        (folder / "cur" / f"{number:07d}.M{number}P1.bench,S={len(raw)}:2,S").write_bytes(raw)
    return total


def _talk(luck: random.Random, number: int) -> Talk:
    name = f"{luck.choice(NAMES)} {luck.choice(NAMES)}son"
    return Talk(_sentence(luck, 5), (name, f"c{number % 997}@company{number % 251}.test"))


def _mail(
    luck: random.Random, number: int, talk: Talk, owner: str, at: datetime, scale: float
) -> bytes:
    is_mine = bool(talk.ids) and luck.random() < 0.4
    me, them = ("Alice Moreira", owner), talk.customer
    sender, to = (me, them) if is_mine else (them, me)
    own = "\n\n".join(_paragraph(luck) for _ in range(luck.randint(1, 6)))
    text = own + ("\n\n" + _quoted(talk) if talk.ids else "")
    ident = f"{number}.{luck.getrandbits(48):x}@mail.test"
    subject = ("Re: " if talk.ids else "") + talk.subject
    lines = [
        f"From: {_person(sender)}",
        f"To: {_person(to)}",
        f"Subject: {Header(subject, 'utf-8').encode()}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{ident}>",
        "MIME-Version: 1.0",
    ]
    lines += _references(luck, talk.ids)
    talk.ids.append(ident)
    talk.last = f"{sender[0]} wrote:\n{text}"[:12_000]
    return ("\r\n".join(lines) + "\r\n").encode() + _content(luck, text, scale)


def _references(luck: random.Random, ids: list[str]) -> list[str]:
    """What an answer says of those before it; some programs say little, or name lost mail."""
    dice = luck.random()
    if not ids or dice < 0.03:
        return []
    answered = f"In-Reply-To: <{ids[-1]}>"
    if dice < 0.07:
        return [answered]
    lost = [f"{luck.getrandbits(48):x}@elsewhere.test"] if dice < 0.09 else []
    return [answered, "References: " + "\r\n ".join(f"<{known}>" for known in lost + ids[-12:])]


def _content(luck: random.Random, text: str, scale: float) -> bytes:
    dice = luck.random()
    if dice < 0.2:
        return b"Content-Type: text/plain; charset=utf-8\r\n" + _encoded(text.encode())
    mark = f"b{luck.getrandbits(64):x}"
    parts = [
        _part("text/plain; charset=utf-8", text),
        _part("text/html; charset=utf-8", _html(text)),
    ]
    body = _multi("alternative", mark, parts)
    if dice < 0.88:
        return body
    size = min(int(luck.lognormvariate(10.7, 1.3) * scale), 3_000_000)
    file = b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="quote.pdf"'
    outer = [body, file + b"\r\n" + _encoded(luck.randbytes(size))]
    return _multi("mixed", f"x{mark}", outer)


def _multi(kind: str, mark: str, parts: list[bytes]) -> bytes:
    inner = b"".join(f"--{mark}\r\n".encode() + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n'.encode()
    return head + inner + f"--{mark}--\r\n".encode()


def _part(kind: str, text: str) -> bytes:
    return f"Content-Type: {kind}\r\n".encode() + _encoded(text.encode())


def _encoded(data: bytes) -> bytes:
    return b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data).replace(
        b"\n", b"\r\n"
    )


def _html(text: str) -> str:
    blocks = "".join(f'<p style="margin:0 0 12px;color:#222">{p}</p>' for p in text.split("\n\n"))
    return f'<html><body><div style="font-family:Arial;font-size:14px">{blocks}</div></body></html>'


def _quoted(talk: Talk) -> str:
    return "\n".join(f"> {line}" for line in talk.last.split("\n"))


def _person(who: tuple[str, str]) -> str:
    return f"{Header(who[0], 'utf-8').encode()} <{who[1]}>"


def _sentence(luck: random.Random, words: int) -> str:
    return " ".join(luck.choices(WORDS, k=words)).capitalize()


def _paragraph(luck: random.Random) -> str:
    return ". ".join(_sentence(luck, luck.randint(5, 14)) for _ in range(luck.randint(2, 8))) + "."
