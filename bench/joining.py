"""How well mails find their conversation: pairs joined, against those that belong together."""

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench import ground, mailboxes
from bench.table import Line
from inbox.models import Message


def measure(office: ground.Office, count: int) -> Line:
    """Pairwise F1 over all mails of the mailbox, beside notmuch over the same files."""
    truth = mailboxes.truth(count)
    with office.world.opened():
        rows = Message.objects.filter(mailbox=office.mailbox).values_list("thread_id", "rfc_id")
        ours = _f1(((thread, rfc_id.strip("<>")) for thread, rfc_id in rows.iterator()), truth)
    theirs = _f1(_notmuch(count), truth)
    name = f"conversations of {count} mails, F1"
    return Line(name, f"{ours:.4f}", f"notmuch {theirs:.4f}", ours / theirs, 1.0)


def _f1(joined: Iterable[tuple[int, str]], truth: dict[str, int]) -> float:
    cells: Counter[tuple[int, int]] = Counter()
    for thread, ident in joined:
        cells[thread, truth[ident]] += 1
    found: Counter[int] = Counter()
    real: Counter[int] = Counter()
    for (thread, talk), number in cells.items():
        found[thread] += number
        real[talk] += number
    both, together, meant = (_pairs(c.values()) for c in (cells, found, real))
    return 2 * both / (together + meant)


def _notmuch(count: int) -> Iterator[tuple[int, str]]:
    """(thread, Message-ID) as notmuch joins the same mails."""
    with tempfile.TemporaryDirectory(prefix="fio-notmuch-") as folder:
        mailboxes.write_maildir(Path(folder) / "mail", count)
        rc = Path(folder) / "rc"
        rc.write_text(f"[database]\npath={folder}/mail\n[user]\nprimary_email=a@acme.test\n")
        env = os.environ | {"NOTMUCH_CONFIG": str(rc)}
        subprocess.run(["notmuch", "new", "--quiet"], env=env, check=True, capture_output=True)
        shown = subprocess.run(
            ["notmuch", "show", "--format=json", "--body=false", "*"],
            env=env,
            check=True,
            capture_output=True,
        )
    for number, thread in enumerate(json.loads(shown.stdout)):
        for ident in _idents(thread):
            yield number, ident


def _idents(node: Any) -> Iterator[str]:
    """Message-IDs anywhere in a tree of [message, [answers]]."""
    if isinstance(node, dict):
        yield node["id"]
    elif isinstance(node, list):
        for part in node:
            yield from _idents(part)


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)
