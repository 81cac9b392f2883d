"""What joins conversations."""

import pytest

from inbox.mime import parse, thread


@pytest.mark.parametrize(
    ("subject", "base", "is_reply"),
    [
        ("Offer", "Offer", False),
        ("Re: Offer", "Offer", True),
        ("RE: AW: Re[2]: Offer", "Offer", True),
        ("Res: Enc: Oferta", "Oferta", True),
        ("SV: Odp: Offer", "Offer", True),
        ("Fwd: Offer", "Offer", False),
        ("ENC: Oferta", "Oferta", False),
        ("WG: Angebot", "Angebot", False),
        ("[sales] Re: Offer (fwd)", "Offer", True),
        ("[Fwd: Offer]", "Offer", False),
        ("回复：报价", "报价", True),
        ("[2026]", "[2026]", False),
        ("Regarding: us", "Regarding: us", False),
        ("  Re :  spaced\n out ", "spaced out", True),
    ],
)
def test_it_finds_the_base_subject(subject: str, base: str, is_reply: bool) -> None:
    assert thread.base_subject(subject) == (base, is_reply)


def test_f54_it_joins_by_ids_that_are_ids() -> None:
    parsed = parse.Parsed(
        message_id="me@x", in_reply_to=("p@x",), references=("yes", "root@x", "p@x", "me@x")
    )
    assert thread.keys(parsed) == ["me@x", "p@x", "root@x"]


def test_f54_it_bounds_references_to_the_first_and_the_last() -> None:
    many = tuple(f"{n}@x" for n in range(200))
    found = thread.keys(parse.Parsed(references=many))
    assert len(found) == 50
    assert (found[0], found[1], found[-1]) == ("0@x", "151@x", "199@x")


def test_f41_it_does_not_join_a_bounce_to_the_conversation() -> None:
    bounce = parse.Bounce((), "sent@acme.test")
    assert thread.keys(parse.Parsed(message_id="b@mx", bounce=bounce)) == ["b@mx"]
