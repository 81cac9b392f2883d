"""Two who want the same at once: one gets it, the others are told, nobody sees a 500."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from crm.contacts.models import PersonEmail
from inbox.models import Mailbox, Outgoing
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
