"""Connecting a mailbox in the browser, and seeing how it stands."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from dns.resolver import Resolver

from crm.workspaces.actions import teams
from inbox.models import LedgerEntry, Mailbox
from inbox.queries import workers
from sync.actions import connect
from sync.models import Connection, Schedule
from sync.providers import discover
from tests import make
from tests.servers.dovecot import PASSWORD
from tests.servers.exim import Exim
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.sync.patience import until
from tests.world import NOW, World

HERE = "/acme/settings/mailboxes/"
PROFILE = {"name": "Alice", "time_zone": "UTC", "theme": "system", "single_keys": "on"}
PART = {"HX-Request": "true"}


def servers(box: Box, exim: Exim, **changed: Any) -> dict[str, Any]:
    usual = {
        "username": box.address,
        "password": PASSWORD,
        "imap_host": "localhost",
        "imap_port": box.server.imaps,
        "imap_security": "tls",
        "smtp_host": "localhost",
        "smtp_port": exim.port,
        "smtp_security": "starttls",
    }
    return usual | changed


def waited(browser: Client, path: str) -> str:
    """The part of a test that goes on beside the page, once it is over."""
    found: list[str] = []

    def over() -> bool:
        found.append(browser.get(path, headers=PART).content.decode())
        return 'aria-busy="false"' in found[-1]

    until(over, "the test of the servers is over")
    return found[-1]


@pytest.mark.peers
def test_it_connects_a_mailbox_in_four_steps(world: World, box: Box, exim_server: Exim) -> None:
    settings.MAIL_CAFILE = str(box.authority)
    browser = world.browser(world.alice)
    assert browser.get(f"{HERE}connect/").status_code == 200
    answer = browser.post(f"{HERE}connect/", {"address": box.address})
    assert answer.headers["Location"] == f"{HERE}connect/servers/"
    assert box.address in browser.get(f"{HERE}connect/servers/").content.decode()
    answer = browser.post(f"{HERE}connect/servers/", servers(box, exim_server))
    assert answer.headers["Location"] == f"{HERE}connect/test/"
    assert "every 1s" in browser.get(f"{HERE}connect/test/").content.decode()
    part = waited(browser, f"{HERE}connect/test/")
    assert part.count('data-state="passed"') == 10
    page = browser.get(f"{HERE}connect/options/").content.decode()
    assert 'value="INBOX" checked' in page and 'value="Drafts" checked' not in page
    answer = browser.post(
        f"{HERE}connect/options/", {"folders": ["INBOX", "Sent"], "visibility": "private"}
    )
    with world.opened():
        mailbox = Mailbox.objects.get()
        connection = Connection.objects.get()
        assert mailbox.owner == world.alice
        assert connection.folders is not None
        assert set(connection.folders) == {"INBOX", "Sent"}
        assert PASSWORD.encode() not in bytes(connection.password)
        assert Schedule.objects.filter(due_at__lte=timezone.now()).count() == 2
    assert answer.headers["Location"] == f"{HERE}{mailbox.uid}/"
    assert PASSWORD not in str(dict(browser.session))


@pytest.mark.peers
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"password": "wrong"}, "The server refused the user name or the password."),
        ({"imap_port": 1}, "Nothing answers at this server and port."),
        ({"imap_host": "nowhere.invalid"}, "The name of the mail server can&#x27;t be found."),
        (
            {"imap_security": "none", "imap_port": 1},
            "An unprotected connection is not allowed for this mailbox.",
        ),
    ],
)
def test_it_says_which_step_fails_and_what_to_do(
    world: World, box: Box, exim_server: Exim, changed: dict[str, Any], sentence: str
) -> None:
    settings.MAIL_CAFILE = str(box.authority)
    browser = world.browser(world.alice)
    browser.post(f"{HERE}connect/", {"address": box.address})
    answer = browser.post(f"{HERE}connect/servers/", servers(box, exim_server, **changed))
    if "imap_security" in changed:
        assert answer.status_code == 422
        return
    part = waited(browser, f"{HERE}connect/test/")
    assert sentence in part
    assert 'class="remedy"' in part
    assert browser.get(f"{HERE}connect/options/").status_code == 302


@pytest.mark.peers
def test_it_shows_columns_that_add_up(world: World, box: Box) -> None:
    box.put(*(mail(n) for n in range(7)))
    office = Office.open(world, box)
    office.pull()
    page = _page(world.browser(world.alice), f"{HERE}{office.mailbox.uid}/")
    assert "7 + 0 + 0 + 0 = 7" in page
    assert "In step" in page and "Complete up to" in page
    ledger = _page(world.browser(world.alice), f"{HERE}{office.mailbox.uid}/decisions/")
    assert "Question 3" in ledger


@pytest.mark.peers
def test_it_imports_anyway_what_was_left_out(world: World, box: Box) -> None:
    box.put(mail(1))
    office = Office.open(world, box, sync_from=timezone.localdate() + timedelta(days=1))
    with world.opened():
        assert LedgerEntry.objects.count() == 0
    office.pull()
    with world.opened():
        entry = LedgerEntry.objects.get()
        assert entry.decision == "skipped"
    browser = world.browser(world.alice)
    answer = browser.post(f"{HERE}decisions/{entry.uid}/", {"verb": "import"}, headers=PART)
    # The line and the page of the mail each follow what becomes of it
    line = answer.content.decode()
    own = f'data-part-url="{HERE}decisions/{entry.uid}/'
    assert "Still to come" in line and 'data-live="mailboxes"' in line and f"{own}?line=1" in line
    page = browser.get(f"{HERE}decisions/{entry.uid}/").content.decode()
    assert "Still to come" in page and own in page
    office.pull()
    assert office.subjects() == ["Question 1"]
    line = browser.get(f"{HERE}decisions/{entry.uid}/?line=1", headers=PART).content.decode()
    assert line.count("<tr") == 1 and "Stored" in line and "data-live" not in line
    part = browser.get(f"{HERE}decisions/{entry.uid}/", headers=PART).content.decode()
    assert "Open the conversation" in part and "<html" not in part
    raw = browser.get(f"{HERE}decisions/{entry.uid}/raw/")
    assert b"Subject: Question 1" in raw.content
    assert raw.headers["Content-Disposition"].startswith("attachment")


def test_it_counts_decisions_of_the_folder_that_is_chosen(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        first, second = make.folder(box), make.folder(box, "Sent")
        for place, decision, reason in (
            (first, "imported", ""),
            (first, "skipped", "too_old"),
            (second, "imported", ""),
            (second, "failed", "unparseable"),
        ):
            make.listed(place, decision=decision, reason=reason)
    browser = world.browser(world.alice)
    path = f"{HERE}{box.uid}/decisions/"

    def counted(**query: str) -> dict[str, int]:
        answer: Any = browser.get(path, query, headers=PART)
        assert answer.status_code == 200 and "<html" not in answer.text
        assert 'name="decision"' in answer.text
        return {value: count for value, _label, count in answer.context["decisions"] if count}

    assert counted() == {"": 4, "imported": 2, "skipped": 1, "failed": 1}
    folder = {"folder": str(first.uid)}
    assert counted(**folder) == {"": 2, "imported": 1, "skipped": 1}
    assert counted(**folder, decision="imported") == {"": 2, "imported": 1, "skipped": 1}
    assert counted(reason="unparseable") == {"": 1, "failed": 1}


def test_it_shows_how_soon_new_mail_was_there(world: World) -> None:
    now = timezone.now()
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        for minutes, wait in ((400, 9.0), (30, 0.6), (20, 0.8), (10, 1.0)):
            arrived = now - timedelta(minutes=minutes)
            shown = arrived + timedelta(seconds=wait)
            make.message(box, received_at=arrived, created_at=shown, origin="live")
        make.message(box, received_at=now, created_at=now + timedelta(days=1), origin="backfill")
    page = _page(world.browser(world.alice), f"{HERE}{box.uid}/")
    assert "New mail shown after 0.9 s" in page and "9 s at " in page
    assert page.count('class="chart-bar"') in (2, 3)
    assert "0.9 s, median" in page


def test_it_asks_dns_about_the_domain(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
    browser = world.browser(world.alice)
    assert "Not checked yet" in _page(browser, f"{HERE}{box.uid}/")
    nowhere = Resolver(configure=False)
    monkeypatch.setattr(discover, "system", lambda: nowhere)
    part = browser.post(f"{HERE}{box.uid}/domain/", headers=PART).content.decode()
    assert "Could not be checked" in part
    found = {"spf": "good", "dkim": "missing", "dmarc": "watches"}
    with world.opened():
        connect.keep_domain(mailbox=box, found=found, at=timezone.now())
    page = _page(browser, f"{HERE}{box.uid}/")
    assert "No DKIM" in page and "DMARC asks for nothing" in page
    assert "No key under the usual names of acme.test." in page


def test_it_names_folders_by_what_they_are_for(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        make.folder(box, "INBOX.Sent Items", role="sent", display="INBOX/Sent Items")
        make.folder(box, "Projects")
    browser = world.browser(world.alice)
    browser.post("/acme/settings/profile/", {"language": "pt-br"} | PROFILE)
    for path in ("", "options/", "decisions/"):
        page = browser.get(f"{HERE}{box.uid}/{path}").content.decode()
        assert ">Enviados<" in page and ">Projects<" in page, path


def test_it_shows_nobody_what_is_not_his(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        message = make.message(box)
        entry = LedgerEntry.objects.get(message=message)
        team = make.team_mailbox(world.bob)
        make.connection(team)
    bob, alice = world.browser(world.bob), world.browser(world.alice)
    for path in ("", "options/", "servers/", "decisions/"):
        assert bob.get(f"{HERE}{box.uid}/{path}").status_code == 404, path
    for path in ("check/", "domain/", "pause/", "disconnection/"):
        assert bob.post(f"{HERE}{box.uid}/{path}").status_code == 404, path
    assert bob.get(f"{HERE}decisions/{entry.uid}/raw/").status_code == 404
    assert "alice@acme.test" not in _page(bob, HERE)
    # An owner sees how a team's mailbox stands, and not what it holds
    assert team.address in _page(alice, f"{HERE}{team.uid}/")
    assert alice.get(f"{HERE}{team.uid}/decisions/").status_code == 404
    assert bob.post(f"{HERE}{team.uid}/pause/").status_code == 403
    charlie = world.browser(world.charlie)
    assert charlie.get(f"/globex/settings/mailboxes/{box.uid}/").status_code == 404


def test_it_pauses_goes_on_and_disconnects(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        fence = Schedule.objects.get(lane="in").fence
    browser = world.browser(world.alice)
    browser.post(f"{HERE}{box.uid}/pause/")
    with world.opened():
        row = Schedule.objects.get(lane="in")
        assert (row.is_enabled, row.fence) == (False, fence + 1)
        assert Mailbox.objects.get().state == Mailbox.State.PAUSED
    browser.delete(f"{HERE}{box.uid}/pause/")
    with world.opened():
        assert Schedule.objects.get(lane="in").is_enabled
    browser.post(f"{HERE}{box.uid}/options/", {"mirror_read": "on"})
    with world.opened():
        assert Mailbox.objects.get().mirror_read
    browser.post(f"{HERE}{box.uid}/disconnection/")
    with world.opened():
        assert Mailbox.objects.get().state == Mailbox.State.DELETED
        assert not Connection.objects.exists()


def test_it_refuses_the_same_address_twice(world: World) -> None:
    with world.opened():
        make.mailbox(world.bob)
    answer = world.browser(world.alice).post(f"{HERE}connect/", {"address": "BOB@acme.test"})
    assert answer.status_code == 422
    assert "connected already" in answer.text and "in one mode only" in answer.text


def test_it_offers_to_try_again_only_what_may_end_otherwise(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice, imports="known")
        make.connection(box)
        folder = make.folder(box, "INBOX")
        entries = {
            reason: make.listed(folder, decision=decision, reason=reason)
            for decision, reason in (("skipped", "unknown_sender"), ("failed", "too_large"))
        }
    browser = world.browser(world.alice)
    page = _page(browser, f"{HERE}{box.uid}/")
    assert "Try all again" not in page
    # Who waits is let in at the door, by sender
    assert page.count(f'href="{HERE}{box.uid}/door/"') == 2
    with world.opened():
        LedgerEntry.objects.filter(pk=entries["too_large"].pk).update(reason="unreadable")
    assert "Try all again" in _page(browser, f"{HERE}{box.uid}/")


def test_it_counts_no_mail_of_a_folder_it_does_not_look_into(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        make.folder(box, "Left", is_synced=False, total=0)
    browser = world.browser(world.alice)
    assert '<td class="n meta"></td>' in _page(browser, f"{HERE}{box.uid}/")
    choices = _page(browser, f"{HERE}{box.uid}/options/")
    assert ">Left</label>" in choices
    # What it is called stands before everything else
    assert choices.index('name="name"') < choices.index('name="imports"')


def _page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.content[:2000]
    return " ".join(answer.content.decode().split())


def test_it_gives_a_team_mailbox_to_teams_and_members(world: World) -> None:
    with world.opened():
        box = make.team_mailbox(world.alice)
        make.connection(box)
        thread = make.message(box, visibility="team").thread
        team = teams.create_team(name="North", members=[world.bob], by=world.alice, at=NOW)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    place, settings = f"/acme/inbox/t/{thread.uid}/", f"{HERE}{box.uid}/options/"
    assert bob.get(place).status_code == 404
    assert ">North<" in alice.get(settings).text

    assert alice.post(settings, {"visibility": "team"}).status_code == 422
    said = {"visibility": "team", "teams": [str(team.uid)], "members": [str(world.alice.uid)]}
    assert alice.post(settings, said).status_code == 302
    assert bob.get(place).status_code == 200
    with world.opened():
        assert workers.ids([box.pk]) == {world.alice.pk, world.bob.pk}
        teams.change_team(team=team, name="North", members=[], by=world.alice, at=NOW)
    assert bob.get(place).status_code == 404

    assert alice.post(settings, said | {"members": [str(world.bob.uid)]}).status_code == 302
    assert bob.get(place).status_code == 200
    assert alice.get(place).status_code == 404
    with world.opened():
        teams.delete_team(team=team, by=world.alice, at=NOW)
        assert workers.ids([box.pk]) == {world.bob.pk}
    charlie = str(world.charlie.uid)
    assert alice.post(settings, said | {"members": [charlie]}).status_code == 422


def test_it_shows_no_progress_of_a_folder_that_is_not_known_yet(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice, state="connecting")
        make.connection(box)
        folder = make.folder(box, "INBOX")
    browser = world.browser(world.alice)
    assert "<progress" not in browser.get(f"{HERE}{box.uid}/").content.decode()
    with world.opened():
        type(folder).objects.update(total=7, is_synced=True)
    page = browser.get(f"{HERE}{box.uid}/").content.decode()
    assert 'value="0"' in page and "Inbox" in page
