"""Exporting a workspace: asked for, made in the background, kept for a few days."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.workspaces import archive, directory, tenancy
from crm.workspaces.actions import audit
from crm.workspaces.models import Export, ExportPiece, Membership
from crm.workspaces.postgres import snapshot

KEPT = timedelta(days=7)
LEASE = timedelta(minutes=3)
State = Export.State
OPEN = (State.QUEUED, State.RUNNING)
TRIES = 3

DUE = """
SELECT workspace_id, id FROM workspaces_export WHERE state IN ('queued', 'running')
AND (lease_until IS NULL OR lease_until < now()) ORDER BY id LIMIT 20
"""


class LostExport(Exception):
    """Somebody else makes this export by now, or nobody wants it any more."""


@transaction.atomic
def ask_export(*, by: Membership, at: datetime) -> Export:
    """An export to be made; raises ValidationError while another one is under way."""
    if Export.objects.filter(state__in=OPEN).exists():
        raise ValidationError(_("An export is under way already."), code="busy")
    row: Export = Export.objects.create(asked_by=by, asked_at=at)
    audit.note("export.asked", by=by, at=at)
    return row


def due_exports() -> list[tuple[int, int]]:
    """(workspace id, export id) of what is to be made and nobody makes; twenty at most."""
    with connections["system"].cursor() as cursor:
        cursor.execute(DUE)
        return [(workspace, export) for workspace, export in cursor.fetchall()]


def make_export(*, workspace_id: int, export_id: int) -> bool:
    """Make it from the beginning; False where somebody else does, or it is made.

    An export that its maker lost three times is given up.
    """
    with tenancy.open_workspace(workspace_id):
        fence = _take(export_id)
        if fence is None:
            return False
        try:
            _make(workspace_id, export_id, fence)
        except LostExport:
            return False
        except Exception:
            _set(export_id, fence, state=State.FAILED, lease_until=None)
            raise
    return True


@transaction.atomic
def _take(export_id: int) -> int | None:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    row = Export.objects.select_for_update().filter(free, pk=export_id, state__in=OPEN).first()
    if row is None:
        return None
    row.fence, row.lease_until, row.done = row.fence + 1, now + LEASE, 0
    row.state = State.RUNNING if row.fence <= TRIES else State.FAILED
    row.save()
    ExportPiece.objects.filter(export=row).delete()
    return row.fence if row.state == State.RUNNING else None


def _make(workspace_id: int, export_id: int, fence: int) -> None:
    workspace, count = directory.workspace(workspace_id), 0

    def keep(piece: bytes) -> None:
        nonlocal count
        with transaction.atomic():
            _set(export_id, fence, lease_until=timezone.now() + LEASE)
            ExportPiece.objects.create(export_id=export_id, number=count, data=piece)
        count += 1

    def tell(done: int) -> None:
        if done % 20 == 0:
            _set(export_id, fence, done=done, lease_until=timezone.now() + LEASE)

    with snapshot.held() as moment:
        now = timezone.now()
        _set(export_id, fence, total=archive.total(workspace, moment=moment))
        size = archive.write(workspace, moment=moment, at=now, keep=keep, tell=tell)
    _set(
        export_id,
        fence,
        state=State.READY,
        size=size,
        done=F("total"),
        lease_until=None,
        expires_at=timezone.now() + KEPT,
    )


@transaction.atomic
def _set(export_id: int, fence: int, **values: object) -> None:
    """Note how far it is; raises LostExport for anybody but its maker."""
    mine = Export.objects.filter(pk=export_id, fence=fence, state=State.RUNNING)
    if not mine.update(**values):
        raise LostExport


@transaction.atomic
def note_download(*, export: Export, by: Membership, at: datetime) -> None:
    """Write down that an export was taken away."""
    audit.note("export.downloaded", by=by, at=at, data={"asked_at": export.asked_at.isoformat()})


def drop_exports(*, at: datetime, most: int) -> int:
    """Delete exports whose time is over, of the opened workspace; returns how many."""
    over = Export.objects.filter(
        Q(expires_at__lt=at) | Q(state=State.FAILED, asked_at__lt=at - KEPT)
    )
    ids = list(over.order_by("pk").values_list("pk", flat=True)[: min(most, 5)])
    ExportPiece.objects.filter(export_id__in=ids).delete()
    Export.objects.filter(pk__in=ids).delete()
    return len(ids)
