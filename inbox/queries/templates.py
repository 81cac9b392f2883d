"""Templates a member may use, and the signatures of the mailboxes he writes from."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from crm.workspaces import permissions
from crm.workspaces.models import Membership
from inbox.models import Draft, DraftUpload, Mailbox, Template, TemplateUpload, Upload
from inbox.queries import access, drafts


def templates(member: Membership) -> QuerySet[Template]:
    """His own and those shared with everybody, by folder and in their order."""
    found: QuerySet[Template] = Template.objects.filter(
        Q(owner=member) | Q(is_shared=True), mailbox=None, removed_at=None
    )
    return found.order_by("folder", "position", "pk")


def removed(member: Membership) -> QuerySet[Template]:
    """Templates of his that were removed, and shared ones that he administers."""
    rows = Q(owner=member)
    if permissions.may(member, "templates.change_all"):
        rows |= Q(is_shared=True)
    found: QuerySet[Template] = Template.objects.filter(
        rows, mailbox=None, removed_at__isnull=False
    )
    return found


def may_change(member: Membership, template: Template) -> bool:
    """Its owner, and of a shared one also whoever administers the workspace."""
    if template.owner_id == member.pk:
        return True
    return template.is_shared and permissions.may(member, "templates.change_all")


def signatures(mailboxes: Iterable[Mailbox]) -> dict[int, Template]:
    """The signatures of these mailboxes, by mailbox id; one query."""
    rows = Template.objects.filter(mailbox__in=list(mailboxes)).exclude(html="")
    return {row.mailbox_id: row for row in rows if row.mailbox_id is not None}


def usable(member: Membership) -> QuerySet[Upload]:
    """Files the member may put on a mail: his own, those of templates he may use, and those that
    stand on a draft he may go on with.
    """
    mine = templates(member).values("pk")
    signed = Template.objects.filter(mailbox__in=access.mailboxes(member)).values("pk")
    kept = TemplateUpload.objects.filter(Q(template__in=mine) | Q(template__in=signed))
    begun = DraftUpload.objects.filter(draft__in=drafts.writable(member).values("pk"))
    found: QuerySet[Upload] = Upload.objects.filter(
        Q(member=member) | Q(pk__in=kept.values("upload")) | Q(pk__in=begun.values("upload"))
    )
    return found


def files_of(rows: Iterable[Template]) -> dict[int, list[Upload]]:
    """The files of these templates, as `files` has them, by template id; one query."""
    kept = TemplateUpload.objects.filter(template__in=[row.pk for row in rows])
    found: dict[int, list[Upload]] = {}
    for each in kept.select_related("upload").order_by("position", "pk"):
        found.setdefault(each.template_id, []).append(each.upload)
    return found


def files(row: Draft | Template) -> list[Upload]:
    """What goes with a draft or a template, pictures of its text included, in order."""
    rows = row.files.select_related("upload").order_by("position", "pk")
    return [row.upload for row in rows]
