"""What a colleague tries with mail that is not his to handle, or no longer: nothing comes of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from crm.fields.models import View
from inbox.actions import assigning, commenting, guests, joining, labels, sweeping
from inbox.models import Draft, Mailbox, MailboxMember, MailLabel, Message, ThreadGuest, ThreadMerge
from tests import make
from tests.inbox.team import team_mailbox
from tests.unchanged import unchanged
from tests.world import NOW, Api, World

Call = tuple[str, str, Any]


class Desk:
    """A team's mailbox in which Bob worked, and all he left there."""

    def __init__(self, world: World) -> None:
        self.world = world
        by: dict[str, Any] = {"by": world.bob, "at": NOW}
        with world.opened():
            self.box: Mailbox = team_mailbox(world)
            make.connection(self.box)
            self.rows: list[Message] = [
                make.message(self.box, subject=f"Mail {n}") for n in range(5)
            ]
            first, second, third, fourth, fifth = (row.thread for row in self.rows)
            self.later = make.message(self.box, within=first, subject="Mail 0")
            self.label: MailLabel = make.mail_label()
            self.person = make.person("Dana", "dana@northwind.test", owner=world.bob)
            self.draft: Draft = make.draft(self.box, world.bob, subject="Ours")
            self.waits = make.outgoing(self.box, world.bob)
            self.stuck = make.outgoing(self.box, world.bob, state="unknown")
            self.comment = commenting.write(thread=first, html="<p>Mine</p>", **by).comment
            labels.put_on(threads=[first], label=self.label, **by)
            assigning.assign(threads=[first], to=world.bob, **by)
            self.sweep = sweeping.begin(verb="done", said={}, meant=[third], **by)
            self.merge: ThreadMerge = joining.merge(into=fourth, other=fifth, **by)
            self.view = View.objects.create(
                kind="thread", name="V", owner=world.bob, filter={"mailbox": str(self.box.uid)}
            )
        self.first, self.second = str(first.uid), str(second.uid)
        self.whole, self.part = str(fourth.uid), str(fifth.uid)

    def calls(self) -> Iterator[Call]:
        """Everything that REST does to such mail."""
        at, box, me = f"threads/{self.first}/", str(self.box.uid), str(self.world.bob.uid)
        person = {"person": str(self.person.uid)}
        until = "2026-12-01T08:00:00Z"
        for said in (
            *({name: True} for name in ("done", "archived", "trashed", "spam", "read")),
            {"read": False},
            {"labels": []},
            {"visibility": "shared"},
            {"visibility": "closed"},
            {"snoozed_until": until},
            {"remind_at": until},
        ):
            yield "PATCH", at, said
        yield "POST", f"{at}assign/", {"member": me}
        yield "POST", f"{at}assign/", {"member": None}
        yield "POST", f"{at}links/", person
        yield "POST", f"{at}links/", person | {"message": str(self.later.uid)}
        yield "POST", f"{at}unlink/", person
        yield "POST", f"{at}relink/", person
        yield "POST", f"{at}decline/", {}
        yield "POST", f"{at}ask_again/", {"declined_at": until}
        yield "POST", f"{at}let_in/", {"member": me}
        yield "POST", f"{at}shut_out/", {"member": str(self.world.alice.uid)}
        yield "POST", f"{at}split/", {"message": str(self.later.uid)}
        yield "POST", f"{at}merge/", {"thread": self.second}
        yield "POST", f"threads/{self.whole}/unmerge/", {"thread": self.part}
        yield "POST", "sweeps/", {"verb": "done", "threads": [self.first]}
        yield "POST", "sweeps/", {"verb": "assign", "threads": [self.first], "member": me}
        yield "POST", "sweeps/", {"verb": "done", "filter": {"mailbox": box}}
        letter = {"mailbox": box, "to": ["dana@northwind.test"], "subject": "x", "text": "x"}
        yield "POST", "drafts/", letter
        yield "POST", "outbox/", letter
        yield "POST", "drafts/answer/", {"message": str(self.later.uid), "kind": "reply"}
        yield "POST", "drafts/answer/", {"message": str(self.later.uid), "kind": "forward"}
        for name, row in (("cancel", self.waits), ("decide", self.stuck)):
            said = {"as": "draft"} if name == "decide" else {}
            yield "POST", f"outbox/{row.uid}/{name}/", said
        yield "PATCH", f"outbox/{self.waits.uid}/", {"send_at": until}
        yield "PATCH", f"mailboxes/{box}/signature/", {"html": "<p>x</p>"}
        yield "PATCH", f"mailboxes/{box}/workers/", {"members": [me]}
        yield "POST", f"mailboxes/{box}/door/", {"sender": "dana@northwind.test", "always": True}
        yield "POST", f"mailboxes/{box}/mode/", {"kind": "personal", "owner": me}
        yield "POST", f"mailboxes/{box}/sync/", {}
        yield "POST", f"drafts/{self.draft.uid}/send/", {}


def ask(api: Api, call: Call) -> int:
    method, path, said = call
    answer = api._send(method, path, said, {})
    assert answer.status_code in (403, 404, 409), f"{method} {path} {said}: {answer.text}"
    return int(answer.status_code)


@pytest.mark.parametrize("how", ["removed", "guest", "shared"])
def test_it_lets_nobody_handle_what_is_not_his(world: World, how: str) -> None:
    desk = Desk(world)
    with world.opened():
        MailboxMember.objects.filter(member=world.bob).delete()
        threads = {row.thread for row in desk.rows}
        if how == "guest":
            for thread in threads:
                given: dict[str, Any] = {"thread": thread, "mailbox": desk.box, "at": NOW}
                guests.let_in(**given, member=world.bob, by=world.alice)
        elif how == "shared":
            desk.box.entries.update(visibility="shared")
            for thread in threads:
                make.linked(thread, desk.person)
    bob, charlie = world.api(world.bob), world.api(world.charlie)
    sees = bob.get(f"threads/{desk.first}/").status_code
    assert sees == (404 if how == "removed" else 200)
    with unchanged(world):
        for call in desk.calls():
            ask(bob, call)
            ask(charlie, call)
    # What he began earlier is not taken back by him
    before = stands(desk)
    bob.post(f"sweeps/{desk.sweep.uid}/undo/")
    assert stands(desk) == before
    # He may say something where he reads along, and lets nobody in by it
    said = {"thread": desk.first, "html": "<p>@Alice Moreira look</p>"}
    if how != "removed":
        assert bob.post("comments/", said).json()["shared_with"] == []
    else:
        with unchanged(world):
            assert bob.post("comments/", said).status_code == 404
    with world.opened():
        assert ThreadGuest.objects.count() == (0 if how != "guest" else len(threads))


def stands(desk: Desk) -> list[Any]:
    with desk.world.opened():
        return list(desk.box.entries.order_by("pk").values())
