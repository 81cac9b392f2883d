"""One table: what was measured, against what, and the bar it is held to."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One figure; `bar` is the least (or, where `is_limit`, the most) it may be."""

    what: str
    ours: str
    peer: str
    ratio: float | None
    bar: float | None = None
    is_limit: bool = False

    @property
    def verdict(self) -> str:
        if self.ratio is None or self.bar is None:
            return ""
        holds = self.ratio <= self.bar if self.is_limit else self.ratio >= self.bar
        return "holds" if holds else "MISSES"

    @property
    def cells(self) -> tuple[str, str, str, str, str, str]:
        """Measure, ours, against what, ratio, bar and verdict, as words."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        sign = "" if self.bar is None else f"{'≤' if self.is_limit else '≥'} {self.bar:g}"
        return self.what, self.ours, self.peer, ratio, sign, self.verdict

    def __str__(self) -> str:
        what, ours, peer, ratio, sign, verdict = self.cells
        return f"{what:<52}{ours:>16}{peer:>20}{ratio:>8}{sign:>9}  {verdict}"


HEAD = f"{'measure':<52}{'ours':>16}{'against':>20}{'ratio':>8}{'bar':>9}"


def show(lines: list[Line]) -> int:
    """Print the lines; returns how many miss their bar."""
    print(HEAD)
    print("-" * len(HEAD))
    for line in lines:
        print(line, flush=True)
    return sum(line.verdict == "MISSES" for line in lines)


def write(place: Path, words: str, command: str, lines: list[Line], title: str = "Speed") -> None:
    """A page of docs/ with the command beside its figures."""
    rows = ["| measure | ours | against | ratio | bar | |", "|---|---|---|---|---|---|"]
    rows += ["| " + " | ".join(line.cells) + " |" for line in lines]
    place.write_text("\n".join([f"# {title}", "", words, "", "```", command, "```", "", *rows, ""]))
    print(f"\nWritten to {place}")
