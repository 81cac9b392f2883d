"""Two who want the same at once: one gets it, the others are told, nobody sees a 500."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from crm.contacts.models import PersonEmail
from crm.fields.models import Field
from inbox.actions import sweeping
from inbox.models import Comment, Draft, Mailbox, Outgoing, Template, ThreadGuest
from tests import make
from tests.world import Api, World

ABREAST = 5


def at_once(world: World, ask: Callable[[Api], Any]) -> list[int]:
    secret = world.api(world.alice).headers["Authorization"].removeprefix("Bearer ")

    def turn(_number: int) -> int:
        try:
            return int(ask(Api(secret)).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(ABREAST) as pool:
        return sorted(pool.map(turn, range(ABREAST)))


def test_it_gives_an_address_to_the_first_who_asks(world: World) -> None:
    person = {"name": "Dana", "emails": [{"address": "dana@northwind.test"}]}
    codes = at_once(world, lambda api: api.post("people/", person))
    assert codes == [201, *[409] * (ABREAST - 1)]
    with world.opened():
        assert PersonEmail.objects.count() == 1


def test_it_connects_a_mailbox_once(world: World) -> None:
    asked = {
        "address": "alice@acme.test",
        "imap_host": "mail.acme.test",
        "smtp_host": "mail.acme.test",
        "password": "an app password",
    }
    codes = at_once(world, lambda api: api.post("mailboxes/", asked))
    assert codes == [201, *[409] * (ABREAST - 1)]
    with world.opened():
        assert Mailbox.objects.count() == 1


def test_it_sends_a_draft_once(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        draft = make.draft(box, world.alice)
    codes = at_once(world, lambda api: api.post(f"drafts/{draft.uid}/send/"))
    assert codes.count(202) == 1
    assert set(codes) <= {202, 404, 409}
    with world.opened():
        assert Outgoing.objects.count() == 1


def test_it_lets_somebody_in_once_who_is_named_in_several_comments(world: World) -> None:
    with world.opened():
        thread = make.message(make.mailbox(world.alice)).thread
    asked = {"thread": str(thread.uid), "html": "<p>@Bob Lindqvist?</p>"}
    assert at_once(world, lambda api: api.post("comments/", asked)) == [201] * ABREAST
    with world.opened():
        assert (ThreadGuest.objects.count(), Comment.objects.count()) == (1, ABREAST)


def test_it_begins_no_more_sweeps_at_once_than_a_member_may_have(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 0)
    monkeypatch.setattr(sweeping, "MOST", 2)
    with world.opened():
        make.message(make.mailbox(world.alice))
    codes = at_once(world, lambda api: api.post("sweeps/", {"verb": "archive", "filter": {}}))
    assert codes == [202, 202, *[409] * (ABREAST - 2)]


def test_it_lifts_a_block_once(world: World) -> None:
    with world.opened():
        row = make.block(world.alice)
    codes = at_once(world, lambda api: api.delete(f"blocks/{row.uid}/"))
    assert set(codes) <= {204, 404} and 204 in codes


def test_a_team_sends_its_draft_once_whatever_the_others_do(world: World) -> None:
    """One sends, one discards, one goes on writing, all at once: it leaves once or not at all."""
    with world.opened():
        box = make.team_mailbox(world.alice, world.bob)
        drafts = [make.draft(box, world.alice).uid for _number in range(6)]
    mine, his = (world.api(each).headers["Authorization"] for each in (world.alice, world.bob))

    def turn(asked: tuple[int, str, str]) -> int:
        number, verb, token = asked
        api, path = Api(token.removeprefix("Bearer ")), f"drafts/{drafts[number]}/"
        try:
            if verb == "send":
                return int(api.post(f"{path}send/").status_code)
            if verb == "save":
                return int(api.patch(path, {"text": "Mine."}).status_code)
            return int(api.delete(path).status_code)
        finally:
            connections.close_all()

    each = [("send", mine), ("send", his), ("save", his), ("discard", his), ("send", mine)]
    asked = [(number, *one) for number in range(len(drafts)) for one in each]
    with ThreadPoolExecutor(ABREAST) as pool:
        codes = list(pool.map(turn, asked))
    assert set(codes) <= {200, 202, 204, 404, 409}
    with world.opened():
        for row in Draft.objects.all():
            sent = Outgoing.objects.filter(draft=row).count()
            assert sent == (row.queued_at is not None) and not (sent and row.discarded_at)
            assert sent or row.discarded_at


def test_it_gives_a_shortcut_to_the_first_who_asks(world: World) -> None:
    wording = {"name": "Hello", "html": "<p>Hello</p>", "shortcut": "hello"}
    codes = at_once(world, lambda api: api.post("mail_templates/", wording))
    assert codes == [201, *[400] * (ABREAST - 1)]
    with world.opened():
        assert Template.objects.count() == 1


def test_it_names_a_field_once(world: World) -> None:
    codes = at_once(
        world, lambda api: api.post("fields/", {"kind": "deal", "name": "Size", "type": "text"})
    )
    assert codes == [201, *[400] * (ABREAST - 1)]
    with world.opened():
        assert Field.objects.get().key == "size"
