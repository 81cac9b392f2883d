"""How a mailbox stands, what happened to it, and what became of one message."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from crm.timeline.models import Event
from inbox.models import LedgerEntry, Message
from sync.models import Connection, Schedule
from tests import make
from tests.servers.exim import Exim
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.sync.test_pages import HERE, PART, waited
from tests.world import World


def told(world: World, *verbs: str) -> list[tuple[str, dict[str, Any]]]:
    with world.opened():
        found = Event.objects.filter(verb__in=verbs).order_by("pk")
        return [(event.verb, event.data) for event in found]


@pytest.mark.peers
def test_it_tries_a_connected_mailbox_again(world: World, box: Box, exim_server: Exim) -> None:
    office = Office.open(world, box, smtp_port=exim_server.port)
    browser = world.browser(world.alice)
    path = f"{HERE}{office.mailbox.uid}/test/"
    assert "Try every step" in browser.get(path).content.decode()
    assert browser.post(path).headers["Location"] == path
    part = waited(browser, path)
    assert part.count('data-state="passed"') == 10
    assert part.count("works, ") >= 8
    assert "Every step works." in part
    with world.opened():
        Connection.objects.update(smtp_port=1)
    settings.ALLOW_PRIVATE_HOSTS = True
    browser.post(path)
    part = waited(browser, path)
    assert part.count('data-state="passed"') == 6
    assert "Nothing answers at this server and port." in part and "Change the settings" in part


@pytest.mark.peers
def test_it_tells_what_happened_to_a_mailbox(world: World, box: Box) -> None:
    box.put(mail(1))
    office = Office.open(world, box)
    office.pull(2)
    verbs = ("mailbox.imported", "mailbox.failed", "mailbox.recovered")
    assert told(world, *verbs) == [("mailbox.imported", {})]
    with world.opened():
        port = Connection.objects.get().imap_port
        Connection.objects.update(imap_port=1)
    office.pull(5)
    failed = ("mailbox.failed", {"code": "connect.failed"})
    assert told(world, *verbs)[1:] == [failed]
    page = world.browser(world.alice).get(f"{HERE}{office.mailbox.uid}/").content.decode()
    assert "Not in step." in page and "Tried again" in page
    with world.opened():
        Connection.objects.update(imap_port=port)
    office.pull(2)
    assert told(world, *verbs)[1:] == [failed, ("mailbox.recovered", {})]
    page = world.browser(world.alice).get(f"{HERE}{office.mailbox.uid}/").content.decode()
    for words in ("Connected", "All older mail is in", "Could not be read", "Well again"):
        assert words in page
    assert "Nothing answers at this server and port." in page


def test_it_says_how_far_behind_it_is(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
    browser = world.browser(world.alice)
    path = f"{HERE}{box.uid}/"
    assert "New mail is looked for every minute." in browser.get(path).content.decode()
    with world.opened():
        later = timezone.now() + timedelta(minutes=5)
        Schedule.objects.update(heard_until=later)
    assert "The server tells us of new mail at once." in browser.get(path).content.decode()


def test_it_explains_one_message(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        message = make.message(box, quality=Message.Quality.RAW_ONLY)
        entry = LedgerEntry.objects.get(message=message)
        LedgerEntry.objects.update(decision="failed", reason="message.unreadable", attempts=3)
        skipped = make.listed(entry.folder, decision="skipped", reason="before_start")
    browser = world.browser(world.alice)
    path = f"{HERE}decisions/{entry.uid}/"
    page = browser.get(path).content.decode()
    for words in ("Kept, not read", "Tried 3 times", "Try again", "Download the raw mail"):
        assert words in page, words
    assert browser.post(path, {"verb": "import"}).headers["Location"] == path
    assert "Read with the next batch" in browser.get(path).content.decode()
    older = browser.get(f"{HERE}decisions/{skipped.uid}/").content.decode()
    assert "Import anyway" in older and "Choose an earlier date" in older
    for stranger in (world.bob, world.charlie):
        slug = stranger.workspace.slug
        strange = f"/{slug}/settings/mailboxes/decisions/{entry.uid}/"
        assert world.browser(stranger).get(strange).status_code == 404


def test_it_asks_little_of_the_database(world: World, django_assert_max_num_queries: Any) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        for number in range(30):
            make.folder(box, f"Folder {number}")
            make.listed(make.folder(box), decision="failed", reason=f"reason {number}")
    browser = world.browser(world.alice)
    path = f"{HERE}{box.uid}/"
    browser.get(path)
    with django_assert_max_num_queries(45):
        assert browser.get(path, headers=PART).status_code == 200
