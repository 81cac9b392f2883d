"""What nobody can want any more goes; what is still referred to stays, whoever looks when."""

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from crm.workspaces.models import IdempotencyKey, UserSession
from inbox.actions import blobs, tidying
from inbox.models import Attachment, Blob, Draft, DraftUpload, LedgerEntry, Upload
from sync.actions import upkeep
from sync.actions.lease import LostLease
from sync.models import Upkeep
from tests import make
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture
def old(world: World) -> World:
    """A workspace whose bytes are all two days old, each referred to from another place."""
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box, files=[("plan.pdf", "application/pdf", b"%PDF plan")])
        waiting = make.outgoing(box, world.alice)
        draft = make.draft(box, world.alice)
        upload = make.upload(world.alice, "kept.pdf")
        DraftUpload.objects.create(draft=draft, upload=upload)
        [pending] = blobs.keep(raws=[b"read later"], at=timezone.now())
        make.listed(make.folder(box, name="Old"), blob_id=pending)
        assert {row.blob_id, waiting.blob_id, upload.blob_id, pending} == _ids()
        age(2 * DAY)
    return world


def age(span: timedelta) -> None:
    long_ago = timezone.now() - span
    Blob.objects.update(created_at=long_ago)
    Upload.objects.update(created_at=long_ago)


def _ids() -> set[int]:
    return set(Blob.objects.values_list("pk", flat=True))


def tidied(world: World) -> int:
    """Everything that is due, tidied once."""
    upkeep.claim()
    with world.opened():
        Upkeep.objects.update(due_at=timezone.now() - DAY, lease_until=None)
    turns = [turn for turn in upkeep.claim() if turn.workspace_id == world.acme.pk]
    return sum(upkeep.tidy(turn) for turn in turns)


def test_it_keeps_whatever_is_referred_to(old: World) -> None:
    with old.opened():
        before = _ids()
    assert tidied(old) == 0
    with old.opened():
        assert _ids() == before and Attachment.objects.exists() and LedgerEntry.objects.exists()
        row = Upkeep.objects.get()
        assert row.last_ok_at is not None and row.lease_until is None
        assert row.due_at > timezone.now() + timedelta(hours=5)


def test_it_looks_at_every_key_that_points_at_bytes() -> None:
    assert tidying.references() == [
        ("inbox_ledgerentry", "blob_id"),
        ("inbox_message", "blob_id"),
        ("inbox_outgoing", "blob_id"),
        ("inbox_upload", "blob_id"),
    ]


def test_it_sweeps_bytes_nobody_refers_to_after_a_day(old: World) -> None:
    with old.opened():
        before = _ids()
        blobs.keep(raws=[b"orphan %d" % number for number in range(450)], at=timezone.now())
        age(2 * DAY)
        blobs.keep(raws=[b"young orphan"], at=timezone.now())
    assert tidied(old) == 450
    with old.opened():
        assert len(_ids() - before) == 1 and before < _ids()


def test_it_leaves_other_workspaces_to_their_own_turn(old: World) -> None:
    with old.opened(old.globex):
        blobs.keep(raws=[b"orphan of Globex"], at=timezone.now() - 2 * DAY)
    assert tidied(old) == 0
    with old.opened(old.globex):
        assert Blob.objects.count() == 1


def test_it_spares_bytes_that_are_being_kept_again(old: World) -> None:
    """Somebody found the orphan and is about to refer to it while the sweep comes by."""
    with old.opened():
        [orphan] = blobs.keep(raws=[b"orphan"], at=timezone.now() - 2 * DAY)
    found, swept = threading.Event(), threading.Event()

    def keep_again() -> None:
        with old.opened():
            assert blobs.keep(raws=[b"orphan"], at=timezone.now()) == [orphan]
            found.set()
            assert swept.wait(20)
            Upload.objects.create(
                member=old.alice, blob_id=orphan, filename="a", content_type="b/c", size=6
            )
        connections.close_all()

    keeper = threading.Thread(target=keep_again)
    keeper.start()
    assert found.wait(20)
    assert tidied(old) == 0
    swept.set()
    keeper.join()
    assert tidied(old) == 0
    with old.opened():
        assert Upload.objects.filter(blob_id=orphan).exists()


def test_it_makes_bytes_young_that_are_kept_again(old: World) -> None:
    with old.opened():
        blobs.keep(raws=[b"orphan"], at=timezone.now() - 2 * DAY)
    with old.opened():
        blobs.keep(raws=[b"orphan"], at=timezone.now())
    # Committed, and referred to by nothing yet: the next transaction will
    assert tidied(old) == 0


def test_it_drops_discarded_drafts_after_thirty_days_with_their_files(old: World) -> None:
    now = timezone.now()
    with old.opened():
        box = make.mailbox(old.alice, address="two@acme.test")
        thrown = make.draft(box, old.alice, discarded_at=now - 31 * DAY)
        make.draft(box, old.alice, discarded_at=now - 29 * DAY)
        make.draft(box, old.alice, discarded_at=now - 31 * DAY, queued_at=now)
        upload = make.upload(old.alice, "thrown away.pdf", b"%PDF other")
        DraftUpload.objects.create(draft=thrown, upload=upload)
        age(2 * DAY)
        before = Draft.objects.count()
    # The draft, then the file that was on it, then its bytes
    assert tidied(old) == 3
    with old.opened():
        assert Draft.objects.count() == before - 1
        assert not Draft.objects.filter(pk=thrown.pk).exists()
        assert [u.filename for u in Upload.objects.all()] == ["kept.pdf"]


def test_it_drops_files_that_were_never_put_on_a_mail(old: World) -> None:
    with old.opened():
        for name, days in (("fresh.pdf", 0), ("stale.pdf", 2)):
            upload = make.upload(old.alice, name)
            long_ago = timezone.now() - days * DAY
            Upload.objects.filter(pk=upload.pk).update(created_at=long_ago)
    tidied(old)
    with old.opened():
        assert {u.filename for u in Upload.objects.all()} == {"kept.pdf", "fresh.pdf"}


def test_it_ends_keys_and_sessions_that_are_over(old: World) -> None:
    now = timezone.now()
    api, browser = old.api(old.alice), old.browser(old.alice)
    for key in ("stale", "fresh"):
        assert api.post("people/", {"name": key}, key=key).status_code == 201
    with old.opened():
        IdempotencyKey.objects.filter(key="stale").update(created_at=now - 8 * DAY)
    Session.objects.create(session_key="x" * 40, session_data="", expire_date=now - DAY)
    assert tidied(old) == 2
    with old.opened():
        assert [row.key for row in IdempotencyKey.objects.all()] == ["fresh"]
    assert Session.objects.count() == 1
    assert browser.get("/acme/people/").status_code == 200


def test_it_forgets_browsers_that_are_signed_out(old: World) -> None:
    here, left = old.browser(old.alice), old.browser(old.bob)
    for browser in (here, left):
        browser.get("/acme/people/")
    left.post("/accounts/logout/")
    tidied(old)
    assert UserSession.objects.count() == 2
    UserSession.objects.update(seen_at=timezone.now() - DAY)
    tidied(old)
    assert [row.user_id for row in UserSession.objects.all()] == [old.alice.user_id]


def test_it_lets_go_of_a_turn_somebody_else_took(old: World) -> None:
    upkeep.claim()
    with old.opened():
        blobs.keep(raws=[b"orphan"], at=timezone.now() - 2 * DAY)
        Upkeep.objects.update(due_at=timezone.now() - DAY)
    [late] = [turn for turn in upkeep.claim() if turn.workspace_id == old.acme.pk]
    assert upkeep.claim() == []
    with old.opened():
        Upkeep.objects.update(lease_until=timezone.now() - DAY, due_at=timezone.now() - DAY)
    [held] = [turn for turn in upkeep.claim() if turn.workspace_id == old.acme.pk]
    with pytest.raises(LostLease):
        upkeep.tidy(late)
    with old.opened():
        assert Blob.objects.filter(size=6).exists()
    assert upkeep.tidy(held) == 1
