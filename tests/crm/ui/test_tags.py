"""Tags and filters every template uses."""

import pytest
from django.utils import translation

from crm.ui.templatetags import ui


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Owen Castell", "OC"),
        ("Maria da Silva Souza", "MS"),
        ("owen.castell@brightmoor.example", "OC"),
        ("sales@nevisk.example", "SA"),
        ("“Quoted” Name", "QN"),
        ("Ægir", "ÆG"),
        ("李小龙", "李小"),
        ("", "?"),
        ("---", "?"),
    ],
)
def test_it_finds_letters_for_an_avatar(name: str, letters: str) -> None:
    assert ui.initials(name) == letters


def test_it_gives_an_address_one_hue_however_it_is_written() -> None:
    assert ui.hue("Owen@Brightmoor.example ") == ui.hue("owen@brightmoor.example")
    assert {ui.hue(str(number)) for number in range(200)} == set(ui.HUES)


def test_it_names_who_wrote() -> None:
    owen, me = ["Owen Castell", "owen@b.example", False], ["Marina", "m@n.example", True]
    assert ui.people([owen]) == "Owen Castell"
    assert ui.people([owen, ["Priya Raman", "p@n.example", False], me, owen]) == (
        "Owen Castell, Priya, me"
    )
    assert ui.people([["", "info@b.example", False], ["", "x.y@z.example", False]]) == (
        "info@b.example, x.y"
    )


def test_it_names_whom_it_went_to() -> None:
    everyone = [[name, f"{name}@x.example", False] for name in ("Ana", "Bo", "Cy", "Di", "Ed")]
    assert ui.addressed([["", "me@x.example", True]], [everyone[0]]) == "to you, cc Ana"
    assert ui.addressed(everyone) == "to Ana, Bo, Cy and 2 more"
    assert ui.addressed(everyone, unlisted=9_995) == "to Ana, Bo, Cy and 9,997 more"
    assert ui.addressed(everyone, everyone[:1], 9) == "to Ana, Bo, Cy and 2 more, cc Ana and 9 more"
    assert ui.addressed([], [everyone[0]]) == "cc Ana"
    assert ui.addressed([]) == ""


def test_it_never_lets_mail_write_html() -> None:
    shown = ui.message_text('<img src=x onerror=alert(1)> http://a.example/?q="><script>')
    assert "<img" not in shown
    assert "<script" not in shown
    assert 'href="http://a.example/?q=' in shown


def test_it_links_addresses_without_their_full_stop() -> None:
    shown = ui.message_text("See https://a.example/x?y=1&z=2.\n\n\n(http://b.example/)")
    assert 'href="https://a.example/x?y=1&amp;z=2"' in shown
    assert ">http://b.example/</a>)</p>" in shown
    assert shown.count("<p>") == 2
    assert "javascript" not in ui.message_text("javascript:alert(1)").replace("<p>", "")[11:]


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (214_400, "214 kB"), (3_140_000, "3.1 MB"), (2 * 10**9, "2.0 GB")],
)
def test_it_says_how_big_a_file_is(size: int, text: str) -> None:
    with translation.override("en"):
        assert ui.filesize(size) == text


def test_it_counts_in_the_readers_language() -> None:
    with translation.override("pt-br"):
        assert ui.number(1234567) == "1.234.567"
        assert ui.filesize(3_140_000) == "3,1 MB"
    assert ui.number(None) == ""


def test_it_is_finished_only_when_it_is() -> None:
    assert ui.percent(999, 1000) == 99
    assert ui.percent(1000, 1000) == 100
    assert ui.percent(0, 0) == 100


def test_it_tells_kinds_of_files_apart() -> None:
    assert (ui.file_kind("plan.pdf"), ui.file_hue("plan.PDF")) == ("PDF", "clay")
    assert (ui.file_kind("no ending"), ui.file_hue("no ending")) == ("FILE", "stone")
