"""Check 6: one's own words told apart from quoted mail and signatures."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import checks
from inbox.mime import clean, parse, plain, quotes

FOLD = re.compile(r'<details class="fio-fold">.*?</details>', re.S)
SLOWEST = 1.0  # seconds for a text made to be slow


def run(pile: Path, only: list[str] | None) -> list[checks.Check]:
    """Fold every text with an answer; white space is ignored, as everywhere in this comparison."""
    check = checks.Check(6, "Quotes and signatures")
    lost: list[str] = []
    for name, bar, answers in (
        ("discourse-trimmer", 22, list(_trimmed(pile / "discourse-trimmer"))),
        ("talon", 11, list(_talon(pile / "talon"))),
    ):
        wrong = [file for file, wanted, own in answers if _bare(own) != _bare(wanted)]
        exact = len(answers) - len(wrong)
        check.add(f"{name}, exactly", f"≥ {bar}", f"{exact} of {len(answers)}", exact >= bar)
        check.short += [f"{name}/{file}" for file in wrong]
        lost += [
            f"{name}/{file}{checks.QUOTES}{gone}"
            for file, w, own in answers
            if (gone := _lost(w, own))
        ]
    _zapier(check, pile / "zapier-reply")
    check.none("texts that lost words of the writer's own", lost)
    _html(check, pile / "talon" / "html_replies")
    began = time.perf_counter()
    quotes.own_words((pile / "zapier-reply" / "pathological.txt").read_text())
    spent = time.perf_counter() - began
    check.add("seconds for pathological.txt", f"< {SLOWEST:g}", f"{spent:.4f}", spent < SLOWEST)
    return [check]


def _bare(text: str) -> str:
    return "".join(text.split()).replace("\ufeff", "")


def _lost(wanted: str, own: str) -> str:
    """Words of the wanted answer that ours lacks; a signature may stay or go."""
    wanted = "\n".join(text for kind, text in quotes.split_text(wanted) if kind == "own")
    have = own.split()
    missing = [word for word in wanted.split() if word not in have and word.strip("-_=*>|") != ""]
    return " ".join(missing[:8])


def _trimmed(folder: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted((folder / "emails").glob("*.txt")):
        wanted = folder / "trimmed" / path.name
        answer = wanted.read_text(errors="replace") if wanted.exists() else ""
        yield path.name, answer, quotes.own_words(path.read_text(errors="replace"))


def _talon(folder: Path) -> Iterator[tuple[str, str, str]]:
    wanted = json.loads((folder / "standard_replies_expected.json").read_text())
    for name, answer in sorted(wanted.items()):
        mail = parse.parse((folder / "standard_replies" / name).read_bytes())
        yield name, answer, mail.reply_text


def _zapier(check: checks.Check, folder: Path) -> None:
    wanted = json.loads((folder / "expected.json").read_text())
    wrong = []
    for name, rule in sorted(wanted.items()):
        own = quotes.own_words((folder / name).read_text())
        holds = _bare(rule.get("reply_equals", own)) == _bare(own)
        holds = holds and rule.get("reply_contains", "") in own
        if not holds or ("not_contains" in rule and rule["not_contains"] in own):
            wrong.append(f"zapier-reply/{name}{checks.QUOTES}{rule}")
    right = len(wanted) - len(wrong)
    check.add("zapier-reply", "all", f"{right} of {len(wanted)}", not wrong)
    check.short += wrong


def _html(check: checks.Check, folder: Path) -> None:
    """HTML answers: what is left when the fold is closed begins with the answer and ends there."""
    files = sorted(folder.glob("*.html"))
    wrong = []
    for path in files:
        cleaned = clean.clean_html(path.read_text(errors="replace"))
        shown = plain.from_html(FOLD.sub("", quotes.fold_html(cleaned)))
        if not shown.startswith("Hi. I am fine.") or len(shown) > 200:
            wrong.append(f"talon/html_replies/{path.name}{checks.QUOTES}{shown[:160]!r}")
    right = len(files) - len(wrong)
    check.add("HTML answers folded", "–", f"{right} of {len(files)}", True)
    check.short += wrong
