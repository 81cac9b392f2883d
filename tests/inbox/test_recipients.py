"""A recipient line as people type it, and as somebody writes it who means harm."""

from datetime import timedelta

import pytest

from crm.workspaces.models import Membership
from inbox import forms
from tests import make
from tests.world import NOW, World


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


def test_it_finds_whom_ones_own_mail_knows(world: World) -> None:
    with world.opened():
        own, bobs = make.mailbox(world.alice), make.mailbox(world.bob)
        for days, name in enumerate(("Dana W", "Dana", "Dana Whitfield")):
            at = NOW - timedelta(days=days)
            make.message(own, sender=f"{name} <dana@northwind.test>", received_at=NOW)
            make.message(own, sender="Dan_a <dan_a@fjord.test>", received_at=at)
        make.message(bobs, sender="Dan <dan@secret.test>")
        make.message(bobs, sender="Not hers <dana@northwind.test>")
        make.person("Daniel Who", "daniel@people.test")

    def found(member: Membership, typed: str) -> list[tuple[str, str]]:
        told = world.api(member).get("recipients/", q=typed).json()["results"]
        return [(each["name"], each["address"]) for each in told]

    known = [("Dan_a", "dan_a@fjord.test"), ("Dana Whitfield", "dana@northwind.test")]
    assert found(world.alice, "DAN") == [("Daniel Who", "daniel@people.test"), *known]
    assert found(world.alice, "dan_") == known[:1]
    assert found(world.alice, "%") == found(world.alice, "\\") == found(world.charlie, "dan") == []
    told = [("Dan", "dan@secret.test"), ("Not hers", "dana@northwind.test")]
    assert found(world.bob, "dan@") == told[:1] and found(world.bob, "dana@") == told[1:]
