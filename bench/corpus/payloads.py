"""The documents of checks 7: attacks, parser puzzles and real HTML mail, each with its name."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import piles
from inbox.mime import parse

DATA = re.compile(r"^#data\n(.*?)\n#errors$", re.S | re.M)


@dataclass(frozen=True)
class Document:
    """HTML as it came; `is_attack` where it was written to do harm."""

    name: str
    html: str
    is_attack: bool = False


def attacks(pile: Path) -> Iterator[Document]:
    """Payloads as the content of a mail, and as the value of the attributes that could run one."""
    for place, row in enumerate(_rows(pile / "dompurify" / "expect.json")):
        yield Document(f"dompurify {place}", row["payload"], True)
    for place, row in enumerate(_rows(pile / "xss-payloads" / "payloads.json")):
        payload = row["payload"]
        yield Document(f"xss-payloads {place}", f"<p>before</p>{payload}", True)
        attribute = payload.replace('"', "&quot;")
        html = (
            f'<a href="{attribute}">link</a><img src="{attribute}" alt="{attribute}">'
            f'<p style="{attribute}" title="{attribute}">styled</p><td background="{attribute}">'
        )
        yield Document(f"xss-payloads {place} in attributes", html, True)


def puzzles(pile: Path) -> Iterator[Document]:
    """What html5lib tests the construction of trees with."""
    for path in sorted((pile / "html5lib-tests" / "tree-construction").glob("*.dat")):
        text = path.read_text(errors="surrogatepass")
        for place, found in enumerate(DATA.finditer(text)):
            yield Document(f"html5lib-tests {path.name} {place}", found[1])


def mails(pile: Path) -> Iterator[Document]:
    """The HTML of real mails."""
    with open(pile / "_truth" / "html_mails.tsv", newline="") as rows:
        wanted = [(row["mailbox"], int(row["uid"])) for row in csv.DictReader(rows, delimiter="\t")]
    for box in sorted({box for box, _uid in wanted}):
        uids = {uid for name, uid in wanted if name == box}
        for mail in piles.mails(pile, box):
            if mail.uid in uids and (html := parse.parse(mail.raw).html):
                yield Document(f"{box} {mail.uid}", html)


def _rows(path: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(path.read_text())
    return rows
