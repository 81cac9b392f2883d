"""A member reads the inbox: lists, conversations, search, in a constant number of queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.world import NOW, World

HTMX = {"HX-Request": "true"}


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many queries both roles ran inside the block, in the one number of the list."""
    number: list[int] = []
    with (
        CaptureQueriesContext(connections["default"]) as walled,
        CaptureQueriesContext(connections["system"]) as directory,
    ):
        yield number
    number.append(len(walled) + len(directory))


def subjects(browser: Client, path: str) -> list[str]:
    page = browser.get(path)
    assert page.status_code == 200, path
    return [row.subject for row in page.context["rows"]]


def test_it_lists_and_opens_a_conversation(world: World) -> None:
    with world.opened():
        make.conversation(make.mailbox(world.alice), subject="Price for 14 depots")
    browser = world.browser(world.alice)
    page = browser.get("/acme/inbox/inbox/")
    assert "Price for 14 depots" in page.text
    row = page.context["rows"][0]
    assert "Part 3 of the conversation" in browser.get(row.url).text
    part = browser.get(row.url, headers=HTMX)
    assert part.status_code == 200
    assert "<html" not in part.text and 'id="reading"' in part.text


def test_it_goes_from_the_workspace_to_the_inbox(world: World) -> None:
    page = world.browser(world.alice).get("/acme/inbox/", follow=True)
    assert page.redirect_chain[-1][0] == "/acme/inbox/inbox/"
    assert "Connect a mailbox" in page.text


def test_it_shows_a_newcomer_how_to_begin(world: World) -> None:
    first = world.browser(world.alice).get("/acme/inbox/inbox/").text
    assert "Welcome, Alice" in first and 'value="alice@acme.test"' in first
    assert "/acme/settings/members/" in first
    joined = world.browser(world.bob).get("/acme/inbox/inbox/").text
    assert "You are in" in joined and "Invite your team" not in joined
    with world.opened():
        make.mailbox(world.alice)
    assert "Welcome" not in world.browser(world.alice).get("/acme/inbox/inbox/").text


def test_it_finds_what_is_in_the_trash_only_where_one_asks(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        mail = make.message(box, subject="Freezer audit")
        make.message(box, subject="Freezer offer")
    browser = world.browser(world.alice)
    found = "/acme/inbox/search/?q=freezer"
    assert sorted(subjects(browser, found)) == ["Freezer audit", "Freezer offer"]
    body = {"verb": "trash", "thread": mail.thread.uid}
    assert browser.post("/acme/inbox/triage/", body).status_code == 200
    assert subjects(browser, found) == ["Freezer offer"]
    assert subjects(browser, f"{found}+in:trash") == ["Freezer audit"]
    body["verb"] = "untrash"
    browser.post("/acme/inbox/triage/", body)
    assert len(subjects(browser, found)) == 2


def test_it_goes_on_writing_beside_the_list_one_came_from(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        mail = make.message(box, subject="Freezer audit")
        draft = make.draft(box, world.alice, thread=mail.thread)
    browser = world.browser(world.alice)
    query = {"draft": str(draft.uid), "in": "search", "q": "freezer"}
    answer = browser.get("/acme/inbox/composer/", query)
    here = f"/acme/inbox/t/{mail.thread.uid}/?in=search&q=freezer&draft={draft.uid}"
    assert answer.headers["Location"] == here
    assert "/acme/inbox/search/?q=freezer" in browser.get(here).content.decode()


def test_it_says_what_of_a_search_it_did_not_understand(world: World) -> None:
    with world.opened():
        make.conversation(make.mailbox(world.alice), subject="Price for 14 depots")
    browser = world.browser(world.alice)
    page = browser.get("/acme/inbox/search/", {"q": "before:soon in:attic"})
    assert "“soon” is not a day." in page.text and "“attic” is not a folder." in page.text
    page = browser.get("/acme/inbox/search/", {"q": "price before:31/12/2026"})
    assert page.context["problems"] == [] and page.context["found_count"] == 1


def test_it_names_the_reader_among_those_who_can_read(world: World) -> None:
    with world.opened():
        make.conversation(make.mailbox(world.alice), subject="Price for 14 depots")
    browser = world.browser(world.alice)
    row = browser.get("/acme/inbox/inbox/").context["rows"][0]
    (reader,) = browser.get(row.url).context["readers"]
    assert reader.is_you and reader.why == "your mailbox"


def test_it_walks_a_long_list_page_by_page(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        for number in range(60):
            at = NOW - timedelta(hours=number)
            make.message(box, subject=f"Order {number}", received_at=at)
    browser = world.browser(world.alice)
    page = browser.get("/acme/inbox/inbox/")
    first = [row.subject for row in page.context["rows"]]
    rest = browser.get(page.context["more_url"], headers=HTMX)
    then = [row.subject for row in rest.context["rows"]]
    assert first + then == [f"Order {number}" for number in range(60)]
    assert rest.context["more_url"] == ""
    assert "<html" not in rest.text and 'id="threads"' not in rest.text


def test_it_refreshes_as_many_rows_as_are_shown(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        for number in range(4):
            make.message(box, subject=f"Order {number}")
    part = world.browser(world.alice).get("/acme/inbox/inbox/?rows=3", headers=HTMX)
    assert len(part.context["rows"]) == 3
    assert 'id="threads"' in part.text and "<html" not in part.text


def test_it_narrows_a_list(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        other = make.team_mailbox(world.alice)
        make.message(box, subject="Read one", is_read=True)
        make.message(box, subject="New one")
        make.message(other, subject="For the team")
        uid = box.uid
    browser = world.browser(world.alice)
    assert set(subjects(browser, "/acme/inbox/inbox/")) == {"Read one", "New one", "For the team"}
    assert set(subjects(browser, "/acme/inbox/inbox/?unread=1")) == {"New one", "For the team"}
    assert subjects(browser, f"/acme/inbox/mailbox/{uid}/inbox/?unread=1") == ["New one"]


@pytest.mark.parametrize("folder", ["inbox", "sent", "done", "archive", "trash", "spam", "all"])
def test_it_has_every_folder_also_when_empty(world: World, folder: str) -> None:
    with world.opened():
        make.mailbox(world.alice)
    assert subjects(world.browser(world.alice), f"/acme/inbox/{folder}/") == []


def test_it_shows_to_whom_mail_was_sent(world: World) -> None:
    with world.opened():
        make.conversation(make.mailbox(world.alice), subject="Offer", length=2)
    page = world.browser(world.alice).get("/acme/inbox/sent/")
    assert page.context["rows"][0].to == (("Dana Whitfield", "dana@northwind.test", False),)


def test_it_finds_by_words_sender_and_person(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.message(box, subject="Freezer audit", text="The compressor rattles.\n")
        make.message(box, subject="Invoice", sender="Bo <bo@fjord.test>", text="Paid.\n")
    browser = world.browser(world.alice)
    assert subjects(browser, "/acme/inbox/search/?q=compressor") == ["Freezer audit"]
    assert subjects(browser, "/acme/inbox/search/?q=from:fjord") == ["Invoice"]
    assert subjects(browser, "/acme/inbox/search/?q=nowhere") == []
    assert subjects(browser, "/acme/inbox/search/") == []


def test_it_finds_in_the_palette_and_suggests_addresses(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.message(box, subject="Freezer audit", sender="Freja <freja@fjord.test>")
        make.person("Frederik Holm", "frederik@holm.test")
    browser = world.browser(world.alice)
    found = browser.get("/acme/inbox/palette/?q=fre")
    assert "Freezer audit" in found.text and "Frederik Holm" in found.text
    known = browser.get("/acme/inbox/suggestions/?q=fre")
    assert [each.address for each in known.context["people"]] == [
        "frederik@holm.test",
        "freja@fjord.test",
    ]


def test_it_folds_what_was_read_and_hides_the_middle(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        messages = make.conversation(box, length=9)
        for message in messages:
            message.is_read = True
            message.save()
        uid = messages[0].thread.uid
    page = world.browser(world.alice).get(f"/acme/inbox/t/{uid}/")
    folds = [message.fold for message in page.context["conversation"].messages]
    assert folds == ["folded", *["hidden"] * 6, "folded", "open"]
    assert page.context["conversation"].earlier_count == 6
    part = world.browser(world.alice).get(f"/acme/inbox/m/{messages[0].uid}/", headers=HTMX)
    assert "Part 1 of the conversation" in part.text


def test_it_asks_the_database_as_often_for_many_as_for_few(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        few = make.conversation(box, subject="Few", length=2)[0].thread.uid
        many = make.conversation(box, subject="Many", length=12)[0].thread.uid
    browser = world.browser(world.alice)
    browser.get(f"/acme/inbox/t/{few}/", headers=HTMX)
    numbers = []
    for path in (f"/acme/inbox/t/{few}/", f"/acme/inbox/t/{many}/"):
        with counted() as number:
            browser.get(path, headers=HTMX)
        numbers += number
    assert numbers[0] == numbers[1] <= 12
    with counted() as number:
        browser.get("/acme/inbox/inbox/")
    with world.opened():
        for place in range(20):
            make.message(box, subject=f"Another {place}", sender=f"p{place}@x.test")
    with counted() as later:
        browser.get("/acme/inbox/inbox/")
    assert number == later and later[0] <= 14


def test_it_says_what_came_back_and_what_is_broken(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(
            box,
            subject="Undelivered",
            kind="bounce",
            quality="partial",
            bounce={"recipients": [{"address": "o@x.test", "status": "5.1.1", "action": "failed"}]},
        )
        uid = row.thread.uid
    text = world.browser(world.alice).get(f"/acme/inbox/t/{uid}/").text
    assert "Not delivered to <b>o@x.test</b>: the address does not exist" in text
    assert "Part of this mail was broken" in text


def test_it_does_not_take_a_colleagues_team_mail_for_ones_own(world: World) -> None:
    with world.opened():
        box = make.team_mailbox(world.alice, world.bob)
        uid = make.message(box, sender="Bob <sales@acme.test>", to=[make.CUSTOMER]).thread.uid
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{uid}/")
    assert not page.context["conversation"].messages[0].is_mine
    row = page.context["rows"][0]
    assert row.people == (("Bob", "sales@acme.test", False),)


def test_it_keeps_the_side_bar_in_step(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.message(box)
        make.draft(box, world.alice)
        make.outgoing(box, world.alice)
        make.listed(make.folder(box))
    part = world.browser(world.alice).get("/acme/inbox/side/?place=inbox", headers=HTMX)
    counts = part.context["side"].counts
    assert (counts["inbox"], counts["drafts"], counts["outbox"]) == (1, 1, 1)
    assert 'id="side-mail"' in part.text


def test_it_answers_an_address_that_nobody_typed(world: World) -> None:
    with world.opened():
        make.message(make.mailbox(world.alice))
    alice = world.browser(world.alice)
    for path in (
        "search/?q=from:%00",
        "palette/?q=%00",
        "suggestions/?q=%00",
        "search/?person=%00",
    ):
        assert alice.get(f"/acme/inbox/{path}").status_code == 400, path
    for path in (f"inbox/inbox/?rows={'9' * 5000}", "people/?after=x|%C2%B2"):
        assert alice.get(f"/acme/{path}").status_code == 200, path


def test_it_leaves_out_what_cannot_be_kept(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.draft(box, world.alice, version=1)
    words = {"mailbox": box.uid, "version": 1, "subject": "Of\x00fer", "html": "<p>a\x00b</p>"}
    answer = world.browser(world.alice).post(f"/acme/inbox/drafts/{row.uid}/", words)
    assert answer.status_code == 200
    with world.opened():
        row.refresh_from_db()
    assert (row.subject, row.html) == ("Offer", "<p>ab</p>")
