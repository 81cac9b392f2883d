"""What a check hands back: lines with a bar and a figure, and what fell short, mail by mail."""

from dataclasses import dataclass, field

SHOWN = 40
QUOTES = "\t"
HOLDS, SHORT = "holds", "FALLS SHORT"


@dataclass(frozen=True)
class Line:
    """One promise: what was looked at, its bar, the figure reached, and whether that is enough."""

    what: str
    bar: str
    figure: str
    holds: bool
    # Why it is no failure all the same; every mail concerned is named in the check
    excuse: str = ""

    @property
    def verdict(self) -> str:
        return HOLDS if self.holds else self.excuse or SHORT


@dataclass
class Check:
    """One check with its lines; `short` names what fell short, `notes` are tables of its own.

    What follows QUOTES in an entry of `short` is out of the mail itself: it is printed, never kept.
    """

    number: int
    title: str
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)

    def add(self, what: str, bar: str, figure: object, holds: bool, excuse: str = "") -> None:
        """Note one promise."""
        self.lines.append(Line(what, bar, str(figure), holds, excuse))

    def share(self, what: str, good: int, asked: int, bar: float) -> None:
        """Note how many of those asked were right, against a bar in percent."""
        figure = f"{good} of {asked}" + (f", {100 * good / asked:.2f} %" if asked else "")
        told = f"≥ {bar:g} %" if bar else "–"
        self.add(what, told, figure, not asked or 100 * good / asked >= bar)

    def none(self, what: str, found: list[str]) -> None:
        """Note that there must be none; each one found is named."""
        self.add(what, "0", len(found), not found)
        self.short += [f"{what}: {each}" for each in found]

    @property
    def failed(self) -> bool:
        return any(not line.holds and not line.excuse for line in self.lines)


def text(check: Check, *, quoting: bool) -> str:
    """The check as Markdown, which reads as well on a terminal."""
    head = f"## {check.number}. {check.title}\n"
    rows = [("what", "bar", "figure", "")]
    rows += [(line.what, line.bar, line.figure, line.verdict) for line in check.lines]
    wide = [max(len(row[at]) for row in rows) for at in range(4)]
    table = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(r, wide, strict=True)) + " |" for r in rows
    ]
    table.insert(1, "|" + "|".join("-" * (width + 2) for width in wide) + "|")
    parts = [head, *table]
    if check.notes:
        parts += ["", "```", *check.notes, "```"]
    if check.short:
        parts += ["", "What fell short:", ""]
        told = [each if quoting else each.partition(QUOTES)[0] for each in check.short]
        parts += [f"- {each.replace(QUOTES, ' ')}" for each in told[:SHOWN]]
        if len(check.short) > SHOWN:
            parts.append(f"- and {len(check.short) - SHOWN} more")
    return "\n".join(parts) + "\n"
