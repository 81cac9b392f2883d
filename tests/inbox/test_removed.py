"""Whoever was taken out of a team's mailbox has no say any more over what leaves from it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inbox.models import MailboxMember, Outgoing
from tests import make
from tests.inbox.team import team_mailbox
from tests.unchanged import unchanged
from tests.world import World


@pytest.mark.parametrize("state", ["queued", "failed", "unknown"])
def test_mail_of_a_former_member_is_the_teams(world: World, state: str) -> None:
    with world.opened():
        box = team_mailbox(world)
        row = make.outgoing(box, world.bob, state=state)
        later = timezone.now() + timedelta(days=1)
        Outgoing.objects.update(send_after=later)
        MailboxMember.objects.filter(member=world.bob).delete()
    bob, alice, his = world.browser(world.bob), world.browser(world.alice), world.api(world.bob)
    at, uid = f"/acme/inbox/outbox/{row.uid}/", f"outbox/{row.uid}/"
    sooner = timezone.now() + timedelta(hours=1)
    with unchanged(world):
        for verb in ("now", "later", "cancel", "discard", "again", "arrived"):
            said: dict[str, Any] = {"verb": verb, "send_at": sooner.isoformat()}
            assert bob.post(at, said).status_code == 404, verb
        for answer in (
            his.patch(uid, {"send_at": sooner.isoformat()}),
            his.post(f"{uid}cancel/"),
        ):
            assert answer.status_code in (403, 404), answer.text
    # Those who work there decide
    verb = "cancel" if state == "queued" else "again"
    assert alice.post(at, {"verb": verb}).status_code == 200
