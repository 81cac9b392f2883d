"""What is tracked is chosen for each mail: off until somebody turns it on, then remembered."""

from typing import Any

from django.test import Client

from inbox.models import Draft, Habit, Outgoing
from tests import make
from tests.inbox.test_compose import form, opened
from tests.tracking import sent
from tests.world import World
from tracking.models import Trace

CHOICE = {"tracking": "1"}


def new(browser: Client) -> Any:
    return browser.get("/acme/inbox/compose/").context["composer"]


def save(browser: Client, composer: Any, **said: Any) -> Draft:
    answer = browser.post(f"/acme/inbox/drafts/{composer.uid}/", form(composer, **said))
    assert answer.status_code == 200, answer.text
    composer.version = answer.json()["version"]
    rows: Any = Draft.unwalled
    found: Draft = rows.get(uid=composer.uid)
    return found


def test_it_is_off_until_somebody_turns_it_on_and_then_stays_so_for_him(world: World) -> None:
    with world.opened():
        make.mailbox(world.alice)
        make.mailbox(world.bob)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    first = new(alice)
    assert (first.tracks_opens, first.tracks_clicks) == (False, False)
    kept = save(alice, first, **CHOICE, opens="1", to="dana@northwind.test")
    assert (kept.tracks_opens, kept.tracks_clicks) == (True, False)
    second = new(alice)
    assert (second.tracks_opens, second.tracks_clicks) == (True, False)
    save(alice, second, **CHOICE, opens="1", subject="As before")
    page = alice.get("/acme/inbox/compose/").text
    assert 'name="opens" value="1" checked' in page and 'name="clicks" value="1">' in page
    # The first mail keeps what was chosen for it, and going on with it chooses nothing anew
    third = new(alice)
    save(alice, third, **CHOICE, clicks="1")
    save(alice, first, **CHOICE, opens="1", subject="Gone on with")
    assert (new(alice).tracks_opens, new(alice).tracks_clicks) == (False, True)
    assert (new(bob).tracks_opens, new(bob).tracks_clicks) == (False, False)
    with world.opened():
        assert Habit.objects.get().member_id == world.alice.pk


def test_it_goes_with_the_draft_into_the_outbox(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice))
    alice = world.browser(world.alice)
    composer = opened(alice, answers=row.uid, kind="reply")
    said = form(composer, **CHOICE, opens="1", clicks="1", html=sent.HTML)
    said["version"] = alice.post(f"/acme/inbox/drafts/{composer.uid}/", said).json()["version"]
    assert alice.post(f"/acme/inbox/drafts/{composer.uid}/send/", said).status_code in (200, 302)
    with world.opened():
        item = Outgoing.objects.get()
        assert (item.tracks_opens, item.tracks_clicks) == (True, True)
        # It is no more than waiting: what may still be cancelled has no tokens
        assert not Trace.objects.exists()


def test_it_is_chosen_by_programs_for_their_own_mails_alone(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
    api = world.api(world.alice)
    letter = {"mailbox": str(box.uid), "to": ["dana@northwind.test"], "html": sent.HTML}
    plain = api.post("drafts/", letter).json()
    assert (plain["track_opens"], plain["track_clicks"]) == (False, False)
    draft = api.post("drafts/", letter | {"track_opens": True}).json()
    assert (draft["track_opens"], draft["track_clicks"]) == (True, False)
    changed = api.patch(f"drafts/{draft['id']}/", {"track_clicks": True}).json()
    assert (changed["track_opens"], changed["track_clicks"]) == (True, True)
    waiting = api.post("outbox/", letter | {"track_clicks": True}).json()
    assert (waiting["track_opens"], waiting["track_clicks"]) == (False, True)
    assert api.post("outbox/", letter | {"track_opens": "often"}).status_code == 400
    # A person's next mail is as he left it
    composer = new(world.browser(world.alice))
    assert (composer.tracks_opens, composer.tracks_clicks) == (False, False)
