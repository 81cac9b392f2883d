"""Charts drawn on the server: where the lines, bars and words of an SVG go."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 152
LEFT, TOP, BOTTOM = 40, 20, 24
GAP = 0.3
# Seconds at which an axis may end; half of each is a round figure too
ENDS = (1, 2, 4, 6, 10, 20, 40, 60, 120, 240, 600, 1200, 3600, 7200, 14400, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the units of the picture."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the picture, and the value it stands for."""

    y: float
    value: float


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart: a bar or None for each value, and three lines from the top down."""

    bars: list[Bar | None]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT

    @property
    def foot(self) -> float:
        """Where the words under the bars stand."""
        return self.height - BOTTOM + 16


def bars(values: Sequence[float | None]) -> Bars:
    """Place a bar for each value; a value that is there shows at least a sliver."""
    most = max((value for value in values if value is not None), default=0)
    end = next((end for end in ENDS if end >= most), most)
    tall = HEIGHT - TOP - BOTTOM
    step = (WIDTH - LEFT) / max(len(values), 1)
    placed: list[Bar | None] = []
    for place, value in enumerate(values):
        if value is None:
            placed.append(None)
            continue
        height = max(1.5, tall * value / end)
        x = LEFT + step * (place + GAP / 2)
        placed.append(
            Bar(
                round(x, 1),
                round(TOP + tall - height, 1),
                round(step * (1 - GAP), 1),
                round(height, 1),
            )
        )
    lines = [Line(TOP + tall * part, end * (1 - part)) for part in (0, 0.5, 1)]
    return Bars(placed, lines)
