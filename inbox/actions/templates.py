"""Writing templates and signatures."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.actions import compose, pictures
from inbox.models import Draft, Mailbox, Template, TemplateUpload, Upload
from inbox.queries import access
from inbox.queries import templates as queries


@dataclass(frozen=True, slots=True)
class Wording:
    """What a template says; files by their public ids, pictures of the text are found in it."""

    name: str
    subject: str = ""
    html: str = ""
    folder: str = ""
    shortcut: str = ""
    is_shared: bool = False
    uploads: Sequence[uuid.UUID] = ()


def create(*, wording: Wording, by: Membership, at: datetime) -> Template:
    """A new template of the member, last in its folder; raises ValidationError."""
    with transaction.atomic():
        last = Template.objects.filter(mailbox=None).order_by("-position").first()
        row = Template(owner=by, created_at=at, position=last.position + 1 if last else 0)
        _write(row, wording, by, at)
        timeline.record("template.created", by=by, about=[row], at=at, data={"name": row.name})
    return row


def change(*, template: Template, wording: Wording, by: Membership, at: datetime) -> None:
    """Let a template say this; raises PermissionDenied, ValidationError naming the field."""
    _require(template, by)
    with transaction.atomic():
        _write(template, wording, by, at)
        data = {"name": template.name}
        timeline.record("template.changed", by=by, about=[template], at=at, data=data)


def from_draft(*, draft: Draft, name: str, by: Membership, at: datetime) -> Template:
    """A template that says what a draft says, without the signature below it."""
    uploads = [file.uid for file in queries.files(draft)]
    html = pictures.unsigned(draft.html)
    wording = Wording(name=name, subject=draft.subject, html=html, uploads=uploads)
    return create(wording=wording, by=by, at=at)


def remove(*, template: Template, by: Membership, at: datetime) -> None:
    """Offer it no more; for thirty days it can be brought back."""
    _turn(template, at, "template.removed", by, at)


def bring_back(*, template: Template, by: Membership, at: datetime) -> None:
    """Offer it again; a shortcut that was taken meanwhile is given up."""
    if template.shortcut and _taken(template):
        template.shortcut = ""
    _turn(template, None, "template.brought_back", by, at)


def _turn(row: Template, removed: datetime | None, verb: str, by: Membership, at: datetime) -> None:
    _require(row, by)
    with transaction.atomic():
        row.removed_at = removed
        row.save(update_fields=["removed_at", "shortcut"])
        timeline.record(verb, by=by, about=[row], at=at, data={"name": row.name})


def order(*, templates: Sequence[Template], by: Membership, at: datetime) -> None:
    """Put these templates into this order; those that are not the member's to change stay."""
    mine = [row for row in templates if queries.may_change(by, row)]
    places = sorted(row.position for row in mine)
    with transaction.atomic():
        for at_place, (row, place) in enumerate(zip(mine, places, strict=True)):
            row.position = max(place, places[0] + at_place)
        Template.objects.bulk_update(mine, ["position"])
        if mine:
            timeline.record("template.ordered", by=by, about=mine[:1], at=at)


def sign(*, mailbox: Mailbox, html: str, by: Membership, at: datetime) -> Template:
    """Write the signature of a mailbox; raises PermissionDenied for who does not work in it."""
    if not access.mailboxes(by).filter(pk=mailbox.pk).exists():
        raise PermissionDenied("mailbox")
    with transaction.atomic():
        row, _made = Template.objects.get_or_create(
            mailbox=mailbox, defaults={"owner": by, "created_at": at}
        )
        _write(row, Wording(name="", html=pictures.unsigned(html)), by, at)
        timeline.record("signature.changed", by=by, about=[mailbox], at=at)
    return row


def _write(row: Template, wording: Wording, by: Membership, at: datetime) -> None:
    wording = replace(wording, shortcut=wording.shortcut.strip().lstrip(";"))
    row.name, row.folder = wording.name.strip(), wording.folder.strip()
    row.subject, row.is_shared = wording.subject.strip(), wording.is_shared
    row.shortcut, row.html = wording.shortcut, compose.harmless(wording.html)
    row.updated_at = at
    if row.shortcut and _taken(row):
        raise _refused()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        # Somebody took it this very moment
        raise _refused() from error
    wanted = [*wording.uploads, *pictures.shown(row.html)]
    known = {each.uid: each for each in _files(row, by, wanted)}
    row.files.all().delete()
    TemplateUpload.objects.bulk_create(
        TemplateUpload(template=row, upload=known[uid], position=n)
        for n, uid in enumerate(dict.fromkeys(wanted))
        if uid in known
    )


def _files(row: Template, by: Membership, wanted: Sequence[uuid.UUID]) -> list[Upload]:
    """Files the member may use, and those the template has already."""
    had = [file for file in queries.files(row) if file.uid in wanted]
    return [*queries.usable(by).filter(uid__in=wanted), *had]


def _refused() -> ValidationError:
    words = _("Another template of yours has this shortcut.")
    return ValidationError({"shortcut": [words]}, code="taken")


def _taken(row: Template) -> bool:
    others = Template.objects.filter(
        owner=row.owner, shortcut__iexact=row.shortcut, removed_at=None
    )
    return others.exclude(pk=row.pk).exists()


def _require(template: Template, by: Membership) -> None:
    if not queries.may_change(by, template):
        raise PermissionDenied("template")
