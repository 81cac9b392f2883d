"""Check 5: mail that came back, told apart from what is late, complained about or automatic."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.corpus import checks, piles
from inbox.mime import bounce, parse, tree
from inbox.mime.parsed import Failure, Parsed

# Ordinary mail among which these are reports all the same
HAM, REPORTS = "sa-ham", {754, 802, 1930, 1935}
FAILED = ("failed", "failure", "expired")
TOLD_APART = {"feedback-report": "complaint", "auto-reply": "auto"}


def run(pile: Path, only: list[str] | None) -> list[checks.Check]:
    """Read every mail the reference has an answer for, and all ordinary mail."""
    check = checks.Check(5, "Mail that came back")
    raws = list(_answered(pile))
    read = [(row, parse.parse(raw)) for row, raw in raws]
    _machine_readable(check, read, [raw for _row, raw in raws])
    _late_and_soft(check, read)
    _recognised(check, read)
    apart = [(row, mail) for row, mail in read if row["class"] in TOLD_APART]
    wrong = [_name(row) for row, mail in apart if mail.kind != TOLD_APART[row["class"]]]
    check.short += [f"not told apart: {each}" for each in wrong]
    what = "complaints and automatic answers told apart"
    check.share(what, len(apart) - len(wrong), len(apart), 100)
    ham = [m for m in piles.mails(pile, HAM) if m.uid not in REPORTS]
    flagged = [f"{HAM} {m.uid}" for m in ham if parse.parse(m.raw).kind == "bounce"]
    check.none(f"ordinary mail called a bounce, of {len(ham)}", flagged)
    return [check]


def _answered(pile: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    with open(pile / "_truth" / "bounces.jsonl") as lines:
        rows = [json.loads(line) for line in lines]
    for box in sorted({row["mailbox"] for row in rows}):
        raws = {mail.uid: mail.raw for mail in piles.mails(pile, box)}
        yield from ((row, raws[row["uid"]]) for row in rows if row["mailbox"] == box)


def _name(row: dict[str, Any]) -> str:
    place = Path(row["file"]).name + (f" {row['index']}" if row["index"] else "")
    return f"{row['mailbox']} {row['uid']} ({place})"


def _failures(mail: Parsed) -> tuple[Failure, ...]:
    return mail.bounce.recipients if mail.bounce else ()


def _addresses(mail: Parsed) -> set[str]:
    found = (a for f in _failures(mail) for a in (f.address, f.original))
    return {address.lower() for address in found if address}


def _bare(field: str) -> str:
    return (field.partition(";")[2] or field).strip().strip("<>").lower()


def _outer(raw: bytes) -> str:
    """What the reports of the mail itself say, not those of a mail inside it."""
    leaves = tree.read(parse.unix(raw)).leaves()
    told = (each.content()[0] for each in leaves if each.content_type in bounce.REPORTS)
    return b"\n".join(told).decode("latin-1").lower()


def _machine_readable(
    check: checks.Check, read: list[tuple[dict[str, Any], Parsed]], raws: list[bytes]
) -> None:
    """Every recipient that a report in the form of RFC 3464 calls failed, with its status."""
    asked = right = 0
    for (row, mail), raw in zip(read, raws, strict=True):
        told = {(f.address.lower(), f.status) for f in _failures(mail)}
        told |= {(f.original.lower(), f.status) for f in _failures(mail)}
        for group in row["rfc3464"]:
            if group["action"].lower() not in FAILED:
                continue
            asked += 1
            wanted = (
                _bare(group["final_recipient"] or group["original_recipient"]),
                group["status"],
            )
            right += wanted in told
            if wanted not in told:
                why = "" if wanted[0] in _outer(raw) else "; told by the mail that came back"
                ours = sorted(each for each in told if each[0])
                check.short.append(
                    f"status of {_name(row)}{why}{checks.QUOTES}{wanted}, we say {ours}"
                )
    check.share("failed recipients of RFC 3464 with their status", right, asked, 99)


def _late_and_soft(check: checks.Check, read: list[tuple[dict[str, Any], Parsed]]) -> None:
    late, soft = [], []
    asked = {"late": 0, "soft": 0}
    for row, mail in read:
        groups = row["rfc3464"]
        if groups and all(group["action"].lower() == "delayed" for group in groups):
            asked["late"] += 1
            late += [_name(row)] if mail.kind == "bounce" else []
        if groups and all(group["status"].startswith("4") for group in groups):
            asked["soft"] += 1
            soft += [_name(row)] if any(f.is_permanent for f in _failures(mail)) else []
    check.none(f"late mail shown as a bounce, of {asked['late']}", late)
    check.none(f"4.x.x alone and yet called permanent, of {asked['soft']}", soft)


def _recognised(check: checks.Check, read: list[tuple[dict[str, Any], Parsed]]) -> None:
    """Bounces recognised at all, those without a report apart; and whom they did not reach."""
    bounces = [(row, mail) for row, mail in read if row["class"] == "bounce"]
    missed = [(row, mail) for row, mail in bounces if mail.kind != "bounce"]
    check.short += [f"no bounce to us but {mail.kind}: {_name(row)}" for row, mail in missed]
    check.share("bounces recognised", len(bounces) - len(missed), len(bounces), 93)
    words = sum(not row["rfc3464"] for row, _mail in bounces)
    told = sum(not row["rfc3464"] and mail.kind == "bounce" for row, mail in bounces)
    check.share("of them, told in words alone", told, words, 0)
    _recipients(check, bounces)


def _recipients(check: checks.Check, bounces: list[tuple[dict[str, Any], Parsed]]) -> None:
    """Whom mail did not reach, and whether the address itself is to blame (a figure, no bar)."""
    asked = right = known = same = 0
    for row, mail in bounces:
        hard = {f.address.lower(): f.is_hard for f in _failures(mail) if f.action == "failed"}
        for each in row["sisimai"]:
            if each["soft"] >= 0 and each["recipient"].lower() in hard:
                known += 1
                same += hard[each["recipient"].lower()] == (each["soft"] == 0)
        wanted = {each["recipient"].lower() for each in row["sisimai"]}
        wanted = wanted or {_bare(each["final_recipient"]) for each in row["rfc3464"]}
        if not wanted - {""}:
            continue
        asked += 1
        right += wanted <= _addresses(mail)
        if not wanted <= _addresses(mail) and mail.kind in ("bounce", "auto"):
            found = sorted(_addresses(mail))
            check.short.append(
                f"recipient of {_name(row)}{checks.QUOTES}{sorted(wanted)}, we say {found}"
            )
    check.share("recipients right", right, asked, 90)
    check.share("hard or soft as the reference has it", same, known, 0)
