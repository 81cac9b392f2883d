"""What held of a pile and what fell short, box by box, each shortfall with its reason."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from bench.corpus.answers import FIELDS, Answer
from bench.corpus.checks import QUOTES, Check

ENOUGH = 99.5
NUL = "the server sends NUL as 0x80, which a literal of IMAP may not hold; the rest is equal"
TWINS = "the same bytes twice without any id: one message in two places"
SHOWN = 30
EXPLAINED = "short, each mail explained"
PROMISES = {
    1: {
        "numbers": "boxes with other numbers than listed",
        "bytes": "mails with other raw bytes than listed",
        "reachable": "boxes with mails that cannot be reached",
        "second": "boxes that a second sync changed",
    },
    4: {
        "split": "boxes with a thread split that headers force",
        "joined": "boxes with threads joined that nothing joins",
        "order": "boxes where the order of arrival matters",
        "counts": "boxes with another number of threads than known",
    },
}


class Report:
    """Counts what is equal, exactly; a difference whose reason is known is no failure."""

    def __init__(self) -> None:
        self.failures: dict[str, list[str]] = defaultdict(list)
        self.equal: Counter[tuple[str, str]] = Counter()
        self.asked: Counter[tuple[str, str]] = Counter()
        # Answers of the reference that hold U+FFFD or NUL and differ from ours
        self.lost: Counter[str] = Counter()
        self.boxes: list[str] = []
        self.notes: list[str] = []
        self.short: dict[tuple[str, str], list[str]] = defaultdict(list)

    def expect(self, promise: str, holds: bool, what: str) -> None:
        """Note a failure unless it holds."""
        if not holds:
            self.failures[promise].append(what)

    def compare(self, box: str, found: Iterable[Answer]) -> None:
        """Count the answers of a box."""
        self.boxes.append(box)
        for answer in found:
            self.asked[box, answer.field] += 1
            self.equal[box, answer.field] += answer.is_equal
            if answer.is_equal:
                continue
            self.lost[answer.field] += answer.is_lost
            where = f"{box} {answer.uid}"
            if answer.why:
                self.short[answer.field, answer.why].append(where)
            else:
                said = f"{str(answer.ours)[:70]!r}, not {str(answer.theirs)[:70]!r}"
                self.short[answer.field, ""].append(f"{where}{QUOTES}{said}")

    def other_bytes(self, box: str, uid: int, is_nul: bool) -> None:
        """Note a mail whose bytes are not those listed."""
        self.expect("bytes", is_nul, f"{box} {uid}: other raw bytes")
        if is_nul:
            self.short["raw bytes", NUL].append(f"{box} {uid}")

    def same_bytes(self, box: str, groups: list[list[int]]) -> None:
        """Note numbers that hold the same bytes."""
        for group in groups:
            self.short["threads", TWINS].append(f"{box} {' = '.join(map(str, group))}")

    def checks(self) -> list[Check]:
        """Checks 1, 3 and 4 with all that fell short."""
        complete = Check(1, "Import complete", notes=self.notes)
        threads = Check(4, "Threads")
        for check in (complete, threads):
            for name, what in PROMISES[check.number].items():
                check.none(what, self.failures[name])
        complete.short += self._short("raw bytes")
        threads.short += self._short("threads")
        return [complete, self._fields(), threads]

    def _fields(self) -> Check:
        check = Check(3, "Fields")
        check.notes.append(f"{'exactly equal, %':<20}" + "".join(f"{f:>13}" for f in FIELDS))
        for box in self.boxes:
            shares = [_share(self.equal[box, f], self.asked[box, f]) for f in FIELDS]
            check.notes.append(f"{box:<20}" + "".join(f"{share:>13}" for share in shares))
        for field in FIELDS:
            self._judge(check, field)
            check.short += self._short(field)
        return check

    def _judge(self, check: Check, field: str) -> None:
        """The strict figure, and where it matters the one without answers that lost characters."""
        equal = sum(self.equal[box, field] for box in self.boxes)
        asked = sum(self.asked[box, field] for box in self.boxes)
        if not asked:
            return
        enough = 100 * equal / asked >= ENOUGH
        excuse = EXPLAINED if not self.short[field, ""] else ""
        figure = f"{equal} of {asked}, {_share(equal, asked)} %"
        check.add(field, f"≥ {ENOUGH} %", figure, enough, excuse)
        if self.lost[field]:
            what = f"{field}, without answers that hold U+FFFD or NUL"
            check.share(what, equal, asked - self.lost[field], ENOUGH)

    def _short(self, wanted: str) -> list[str]:
        found = []
        for (field, why), mails in sorted(self.short.items()):
            if mails and field == wanted and not why:
                found += [f"{field}, no reason known: {mail}" for mail in mails]
            elif mails and field == wanted:
                more = f" and {len(mails) - SHOWN} more" if len(mails) > SHOWN else ""
                named = ", ".join(mails[:SHOWN])
                found.append(f"{field}, {len(mails)}: {why}: {named}{more}")
        return found


def _share(equal: int, asked: int) -> str:
    return f"{100 * equal / asked:.2f}" if asked else "–"
