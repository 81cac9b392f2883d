"""Bars stand on one line, inside their picture, and say how tall they are."""

from crm.ui import charts, times


def test_it_places_bars_under_a_round_end() -> None:
    chart = charts.bars([0.5, None, 3.8, 0.0])
    assert [line.value for line in chart.lines] == [4, 2, 0]
    low, gap, high, least = chart.bars
    assert gap is None and low and high and least
    feet = {round(bar.y + bar.height, 1) for bar in (low, high, least)}
    assert feet == {chart.lines[-1].y}
    assert high.height > low.height > least.height > 0
    assert high.x + high.width < chart.width and low.x > chart.left


def test_it_draws_nothing_out_of_nothing() -> None:
    assert charts.bars([]).bars == [] and charts.bars([None]).bars == [None]


def test_it_says_how_long_something_took() -> None:
    said = [times.lasting(seconds) for seconds in (0.94, 2.0, 59.6, 61, 3600, 9000)]
    assert said == ["0.9 s", "2 s", "60 s", "1 min", "1 h", "2.5 h"]
