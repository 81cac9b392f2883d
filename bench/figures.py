"""Figures held to a bar, as a table on the screen and as a page of docs/."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """What was counted or measured; `most` is the bar, None where it only informs."""

    what: str
    value: float
    most: float | None = None
    unit: str = ""

    @property
    def holds(self) -> bool:
        return self.most is None or self.value <= self.most

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """What, figure, bar and verdict, as words."""
        bar = "" if self.most is None else f"≤ {_number(self.most)}{self.unit}"
        verdict = "" if self.most is None else ("holds" if self.holds else "MISSES")
        return self.what, f"{_number(self.value)}{self.unit}", bar, verdict


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print one section."""
    print(f"\n{title}")
    for figure in figures:
        what, value, bar, verdict = figure.cells
        print(f"  {what:<62}{value:>12}{bar:>12}  {verdict}", flush=True)


def write(
    place: Path, heading: str, words: str, command: str, sections: dict[str, list[Figure]]
) -> None:
    """A page with the command beside its figures."""
    lines = [f"# {heading}", "", words, "", "```", command, "```"]
    for title, figures in sections.items():
        lines += ["", f"## {title}", "", "| | figure | bar | |", "|---|---|---|---|"]
        lines += ["| " + " | ".join(figure.cells) + " |" for figure in figures]
    place.write_text("\n".join(lines) + "\n")
    print(f"\nWritten to {place}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
