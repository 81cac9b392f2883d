"""A recipient line as people type it, and as somebody writes it who means harm."""

import pytest

from inbox import forms


def test_it_reads_what_people_type() -> None:
    line = '"Whitfield, Dana" <dana@x.test>, bo@y.test; Eve <eve@z.test>\nhalf'
    assert forms.read_people(line) == [
        ["Whitfield, Dana", "dana@x.test"],
        ["", "bo@y.test"],
        ["Eve", "eve@z.test"],
        ["", "half"],
    ]
    for people in (forms.read_people(line), [['He said "hi"', "a@x.test"]]):
        again = forms.read_people(forms.write_people(people))
        assert [person[1] for person in again] == [person[1] for person in people]


@pytest.mark.parametrize("pump", ['"\\', '"', '"a', "<", "<>", "\\", ",", '",', " "])
def test_it_reads_a_line_without_end_in_one_go(pump: str) -> None:
    people = forms.read_people(pump * 5_000_000)
    assert len(people) <= forms.MOST
