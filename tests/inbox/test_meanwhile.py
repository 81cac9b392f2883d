"""Bob answers while Alice writes: hers is held, and she says what becomes of it."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from inbox.models import Draft, Mailbox, Outgoing
from tests.inbox.post import deliver, mail
from tests.inbox.team import SALES, team_mailbox
from tests.world import World

OWEN = "Owen <owen@brightmoor.test>"


def reply(answers: UUID, box: Mailbox) -> dict[str, str]:
    return {
        "kind": "reply",
        "answers": str(answers),
        "mailbox": str(box.uid),
        "to": "owen@brightmoor.test",
        "html": "<p>Tuesday.</p>",
        "version": "0",
    }


def test_it_holds_the_second_answer(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        (first,) = deliver(box, mail(OWEN, SALES, "Pilot", id="1@x"))
        uid, thread = first.uid, first.thread.uid
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    opened = timezone.now() - timedelta(minutes=5)
    mailed = reply(uid, box)
    hers, his = "01a20561-0000-7000-8000-000000000001", "01a20561-0000-7000-8000-000000000002"
    assert bob.post(f"/acme/inbox/drafts/{his}/", mailed).status_code == 200
    assert bob.post(f"/acme/inbox/drafts/{his}/send/").status_code == 200
    # She opened the composer before he sent, and began to type afterwards
    late = mailed | {"began": opened.isoformat()}
    assert alice.post(f"/acme/inbox/drafts/{hers}/", late).status_code == 200
    held = alice.post(f"/acme/inbox/drafts/{hers}/send/")
    assert held.status_code == 409
    told = held.json()["answered"]
    assert "Bob Lindqvist answered" in told["message"] and str(thread) in told["url"]
    with world.opened():
        assert Outgoing.objects.count() == 1
        assert Draft.objects.get(uid=hers).queued_at is None

    # A program is told as well, with the remedy; and may go on
    api = world.api(world.alice)
    refused = api.post(f"drafts/{hers}/send/")
    assert refused.status_code == 409 and "send_anyway" in refused.json()["detail"]

    # Knowing of it she sends anyway; what came later still would hold it
    sent = alice.post(f"/acme/inbox/drafts/{hers}/send/", {"passed": told["code"]})
    assert sent.status_code == 200
    with world.opened():
        assert Outgoing.objects.count() == 2


def test_it_says_who_of_a_team_wrote(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        (first,) = deliver(box, mail(OWEN, SALES, "Pilot", id="1@x"))
        uid, thread = first.uid, first.thread.uid
    draft = "01a20561-0000-7000-8000-000000000003"
    written = reply(uid, box)
    bob = world.browser(world.bob)
    bob.post(f"/acme/inbox/drafts/{draft}/", written)
    assert bob.post(f"/acme/inbox/drafts/{draft}/send/").status_code == 200
    with world.opened():
        rfc_id = Outgoing.objects.get().rfc_id
        theirs = mail(f"Phone <{SALES}>", OWEN, "Re: Pilot", id="9@x", In_Reply_To="<1@x>")
        his = mail(f"Sales <{SALES}>", OWEN, "Re: Pilot", id=rfc_id, In_Reply_To="<1@x>")
        other, sent = deliver(box, theirs, his, role="sent")
        Outgoing.objects.update(message=sent)
    for member in (world.alice, world.bob):
        browser = world.browser(member)
        page = browser.get(f"/acme/inbox/t/{thread}/").text
        assert page.count('<span class="meta msg-writer">Bob Lindqvist</span>') == 1
        assert "msg-writer" not in browser.get(f"/acme/inbox/m/{other.uid}/").text
        told = world.api(member).get("messages/", thread=str(thread)).json()["results"]
        assert {row["id"]: row["author"] for row in told} == {
            str(uid): None, str(other.uid): None, str(sent.uid): str(world.bob.uid),
        }  # fmt: skip


def test_it_holds_what_another_program_answered(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        (first,) = deliver(box, mail(OWEN, SALES, "Pilot", id="1@x"))
        draft = Draft.objects.create(
            mailbox=box,
            author=world.alice,
            kind="reply",
            answers=first,
            thread=first.thread,
            to=[["Owen", "owen@brightmoor.test"]],
            html="<p>Tuesday.</p>",
            created_at=first.received_at,
        )
        answer = mail(f"Phone <{SALES}>", OWEN, "Re: Pilot", id="2@x", In_Reply_To="<1@x>")
        forged = mail(f"Nobody <{SALES}>", OWEN, "Re: Pilot", id="3@x", In_Reply_To="<1@x>")
        deliver(box, answer, role="sent", days=1)
        deliver(box, forged, days=2)
        uid = draft.uid
    api = world.api(world.alice)
    refused = api.post(f"drafts/{uid}/send/")
    assert refused.status_code == 409 and "Phone answered" in refused.json()["detail"]
    assert api.post(f"drafts/{uid}/send/", {"send_anyway": True}).status_code == 202
