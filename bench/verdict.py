"""What held of a pile and what fell short, box by box, each shortfall with its reason."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from bench.answers import FIELDS, Answer

ENOUGH = 0.995
NUL = "the server sends NUL as 0x80, which a literal of IMAP may not hold; the rest is equal"
TWINS = "the same bytes twice without any id: one message in two places"
SHOWN = 12


class Report:
    """Counts what is equal, exactly; a difference whose reason is known is no failure."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.equal: Counter[tuple[str, str]] = Counter()
        self.asked: Counter[tuple[str, str]] = Counter()
        self.boxes: list[str] = []
        self.short: dict[tuple[str, str], list[str]] = defaultdict(list)

    def expect(self, holds: bool, what: str) -> None:
        """Note a failure unless it holds."""
        if not holds:
            self.failures.append(what)

    def compare(self, box: str, found: Iterable[Answer]) -> None:
        """Count the answers of a box."""
        self.boxes.append(box)
        for answer in found:
            self.asked[box, answer.field] += 1
            self.equal[box, answer.field] += answer.is_equal
            if answer.is_equal:
                continue
            where = f"{box} {answer.uid}"
            if answer.why:
                self.short[answer.field, answer.why].append(where)
            else:
                said = f"{str(answer.ours)[:70]!r}, not {str(answer.theirs)[:70]!r}"
                self.short[answer.field, ""].append(f"{where}: {said}")

    def other_bytes(self, box: str, uid: int, is_nul: bool) -> None:
        """Note a mail whose bytes are not those listed."""
        self.expect(is_nul, f"{box} {uid}: other raw bytes")
        if is_nul:
            self.short["raw bytes", NUL].append(f"{box} {uid}")

    def same_bytes(self, box: str, groups: list[list[int]]) -> None:
        """Note numbers that hold the same bytes."""
        for group in groups:
            self.short["threads", TWINS].append(f"{box} {' = '.join(map(str, group))}")

    def summary(self) -> int:
        """Print everything; returns 1 where something failed."""
        self._fields()
        self._short()
        print("\n" + ("\n".join(self.failures) or "Everything held."))
        return 1 if self.failures else 0

    def _fields(self) -> None:
        print(f"\n{'exactly equal, %':<20}" + "".join(f"{field:>13}" for field in FIELDS))
        for box in self.boxes:
            shares = [_share(self.equal[box, f], self.asked[box, f]) for f in FIELDS]
            print(f"{box:<20}" + "".join(f"{share:>13}" for share in shares))
        sums = [
            [sum(count[box, field] for box in self.boxes) for count in (self.equal, self.asked)]
            for field in FIELDS
        ]
        print(f"{'all':<20}" + "".join(f"{_share(*pair):>13}" for pair in sums))
        print(f"{'of':<20}" + "".join(f"{asked:>13}" for _equal, asked in sums))
        for box in self.boxes:
            for field in FIELDS:
                self._judge(box, field)

    def _judge(self, box: str, field: str) -> None:
        asked, equal = self.asked[box, field], self.equal[box, field]
        unknown = [each for each in self.short[field, ""] if each.startswith(f"{box} ")]
        if asked and equal / asked < ENOUGH and unknown:
            self.failures.append(f"{box}: {field} {_share(equal, asked)} %, not all explained")

    def _short(self) -> None:
        print("\nWhat fell short, and why")
        for (field, why), mails in sorted(self.short.items()):
            if mails:
                more = f" and {len(mails) - SHOWN} more" if len(mails) > SHOWN else ""
                between = ", " if why else "\n      "
                print(f"  {field}, {len(mails)}: {why or 'no reason known'}")
                print(f"      {between.join(mails[:SHOWN])}{more}")


def _share(equal: int, asked: int) -> str:
    return f"{100 * equal / asked:.2f}" if asked else "–"
