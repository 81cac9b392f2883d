"""Lines that were cut to travel are put together (RFC 3676), whatever stood before them."""

from inbox.mime import flowed, parse

TEXT = "A long \nline.\n\n> their \n> words\n>> older \n> newer\n \n-- \nAda \nL.\n"


def test_it_joins_the_lines_of_a_paragraph() -> None:
    joined = "A long line.\n\n> their words\n>> older \n> newer\n\n-- \nAda L.\n"
    assert flowed.joined(TEXT, delete_space=False) == joined


def test_it_joins_words_that_were_cut() -> None:
    assert (
        flowed.joined("https://exa \nmple.test/ \nx", delete_space=True) == "https://example.test/x"
    )


def test_it_takes_the_space_from_lines_that_were_stuffed() -> None:
    assert flowed.joined(" From me\n >not quoted", delete_space=False) == "From me\n>not quoted"


def test_it_reads_a_mail_that_flows() -> None:
    raw = b"From: a@b.test\nContent-Type: text/plain; format=flowed\n\nOne \nline.\n-- \nAda"
    found = parse.parse(raw)
    assert (found.text, found.reply_text) == ("One line.\n-- \nAda", "One line.")
