"""Own words, quoted words and signatures in the forms and languages of many mail programs."""

import pytest

from inbox.mime import parse, quotes

OWN = "Obrigada, vamos fechar.\n\nCarla"


@pytest.mark.parametrize(
    "below",
    [
        "On Mon, Mar 2, 2026 at 10:00 AM Alice <alice@acme.test> wrote:\n\n> Offer\n> below\n",
        "On Mon, Mar 2, 2026 at 10:00 AM Alice Lima de Souza Albuquerque\n"
        "<alice@acme.test> wrote:\n> Offer\n",
        "On 2 Mar 2026, at 10:00, Alice <alice@acme.test> wrote:\n\nOffer without marks\n",
        "Em seg., 2 de mar. de 2026 às 10:00, Alice <alice@acme.test> escreveu:\n\n> Oferta\n",
        "Am 02.03.2026 um 10:00 schrieb Alice:\n> Angebot\n",
        "Alice <alice@acme.test> schrieb am Mo., 2. März 2026, 10:00:\n\n> Angebot\n",
        "Le lun. 2 mars 2026 à 10:00, Alice <alice@acme.test> a écrit :\n\n> Offre\n",
        "El lun, 2 mar 2026 a las 10:00, Alice (<alice@acme.test>) escribió:\n\n> Oferta\n",
        "-----Original Message-----\nFrom: Alice\nSent: Monday\nTo: Carla\nSubject: Offer\n\nOld\n",
        "________________________________\nDe: Alice <alice@acme.test>\nEnviado: segunda-feira\n"
        "Para: Carla\nAssunto: RE: Oferta\n\nTexto\n",
        "Von: Alice\nGesendet: Montag, 2. März 2026 10:00\nAn: Carla\nBetreff: Angebot\n\nText\n",
        "*De :* Alice\n*Envoyé :* lundi\n*À :* Carla\n*Objet :* Offre\n\nTexte\n",
        "De: Alice\nEnviado el: lunes\nPara: Carla\nAsunto: Oferta\n\nTexto\n",
        "---------- Forwarded message ---------\nFrom: Alice <a@b.test>\nDate: Monday\n"
        "Subject: Offer\nTo: Carla\n\n\nText\n",
        "> On 2 Mar 2026, at 10:00, Alice <alice@acme.test> wrote:\n> \n> Offer\n",
        "-- \nCarla Dias\nCustomer Ltda\n\nOn 2 Mar 2026 at 10:00, A <a@b.test> wrote:\n> Offer\n",
    ],
)
def test_it_leaves_ones_own_words(below: str) -> None:
    assert quotes.own_words(f"{OWN}\n\n{below}") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "On Monday we discussed 12 things:\n- one\n- two\n\nThanks",
        "On 2026-03-02 Bob wrote a mail.\nWe agreed.",
        "Prices:\n--------\n10 EUR\n--------\nBest",
        "Sent from my desk, where it is easier to write.",
        "From: London\nis where we fly.",
        "5 > 4 and a -- b",
    ],
)
def test_it_keeps_what_only_looks_quoted(text: str) -> None:
    assert quotes.own_words(text) == text


def test_it_keeps_answered_lines_with_their_answers() -> None:
    text = "On 1 Jan 2026, Bob <b@x.test> wrote:\n> one?\nYes.\n\n> two?\nNo.\n\n-- \nAna"
    assert quotes.own_words(text) == "Yes.\n\n> two?\nNo."


def test_it_drops_device_lines_and_list_footers_at_the_end() -> None:
    assert quotes.own_words("Ok\n\nSent from my iPhone") == "Ok"
    assert quotes.own_words("Ok\n\nEnviado do meu iPhone") == "Ok"
    assert quotes.own_words("Ok\n_______________\nlist mailing list\nlist@x.test") == "Ok"


def test_it_calls_a_forwarded_mail_alone_the_senders_words() -> None:
    text = "---------- Forwarded message ---------\nFrom: A <a@b.test>\nTo: c\nSubject: d\n\nBody"
    assert quotes.own_words(text) == "Body"
    assert quotes.own_words("> all of it") == "> all of it"


def test_it_splits_without_losing_a_character() -> None:
    text = "Hi\n\nOn 1 Jan 2026, Bob <b@x.test> wrote:\n> q\n\n-- \nAna\n\n"
    pieces = quotes.split_text(text)
    assert "\n".join(piece for _, piece in pieces) == text
    assert [kind for kind, _ in pieces][:2] == ["own", "quote"]


def test_it_previews_an_answer_and_not_the_question() -> None:
    raw = b"Subject: x\n\n> Shall we?\nYes, " + b"please " * 40
    snippet = parse.parse(raw).snippet
    assert snippet.startswith("Yes, please")
    assert len(snippet) <= 160


def test_it_folds_headers_copied_into_html_without_a_mark() -> None:
    block = "".join(
        f"<p><b><span>{name}:</span></b><span> {value}</span></p>"
        for name, value in (
            ("Von", "Carla [mailto:carla@customer.test]"),
            ("Gesendet", "Montag, 6. Juli 2020"),
            ("An", "Alice"),
            ("Betreff", "Besuch"),
        )
    )
    own = "<div><p>Ja, das passt.</p></div>"
    folded = quotes.fold_html(f"{own}<div>{block}<p>Am Dienstag?</p></div>")
    assert folded.startswith(f'{own}<details class="fio-fold">')
    plain = "<p>Hello</p><p>From: Monday we are closed.</p><p>To: you all.</p>"
    assert quotes.fold_html(plain) == plain
