"""One of everything in a workspace, so that every operation has something to be asked about."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.contacts.models import Import
from crm.fields.models import Field, Label, Likeness, Transfer, View
from crm.timeline.actions import files, notes
from crm.workspaces import walls
from crm.workspaces.models import ApiToken, AuditEntry, Export, Membership
from inbox.models import MailLabel, Sweep
from sync.models import Repair
from tests import make
from tests.world import NOW, World

# Which part of the path, parameter or field means which kind of row
KINDS = {
    "mailbox": "mailboxes",
    "folder": "folders",
    "thread": "threads",
    "message": "messages",
    "in_reply_to": "messages",
    "person": "people",
    "owner": "members",
    "new_owner": "members",
    "assignee": "members",
    "record": "people",
    "type": "activity_types",
    "people": "people",
    "organizations": "organizations",
    "deals": "deals",
    "leads": "leads",
    "projects": "projects",
    "deal": "deals",
    "lead": "leads",
    "member": "members",
    "organization": "organizations",
    "view": "views",
    "pipeline": "pipelines",
    "stage": "stages",
    "move_to": "stages",
    "board": "boards",
    "phase": "phases",
    "project": "projects",
    "parent": "project_tasks",
    "template": "project_templates",
    "members": "members",
    "teams": "teams",
    "attachments": "uploads",
    "into": "mail_labels",
    "mail_label": "mail_labels",
    "mail_view": "mail_views",
    "threads": "threads",
    "file": "files",
    "templates": "mail_templates",
}


@dataclass
class Population:
    """Public ids by resource."""

    ids: dict[str, list[str]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[str]:
        return (each for found in self.ids.values() for each in found)

    def of(self, path: str) -> str:
        """An id for the {id} of this path."""
        return self.ids[path.partition("/{id}")[0].rpartition("/")[2]][0]


def populate(world: World, member: Membership) -> Population:
    """Rows of every kind that belong to one member of a workspace."""
    workspace = world.acme if member.workspace_id == world.acme.pk else world.globex
    with world.opened(workspace):
        box = make.mailbox(member)
        make.connection(box, imap_port=1, smtp_port=1)
        Repair.objects.create(mailbox=box, kind="compare", state="done")
        message = make.message(
            box,
            html="<p>The canary sings.</p>",
            files=[("canary.pdf", "application/pdf", b"%PDF canary")],
        )
        entry = message.locations.select_related("folder").get()
        skipped = make.listed(entry.folder, decision="skipped", reason="before_start")
        person = make.person("Canary Whitfield", "canary@northwind.test", owner=member)
        organization = make.organization("Canary Northwind", owner=member)
        stages = make.pipeline("Canary pipeline")
        deal = make.deal(stages[0], "Canary deal", owner=member)
        reason, currency = make.lost_reason("Canary reason"), make.currency("XTS", "2")
        lead = make.lead("Canary lead", owner=member)
        phases = make.board("Canary board")
        project = make.project(phases[0], "Canary project", owner=member)
        task = make.task(project, "Canary task")
        template = make.template(phases[0], "Canary template")
        label = Label.objects.create(kind="person", name="Canary label")
        own = Field.objects.create(kind="person", key="canary", name="Canary field", type="text")
        export = Export.objects.create(asked_by=member, asked_at=NOW, state="running")
        batch = Import.objects.create(kind="person", filename="canary.csv", by=member)
        upload = make.upload(member, "canary.pdf")
        comment = make.comment(message, member, "Canary comment")
        draft = make.draft(box, member, subject="Canary draft")
        waiting = make.outgoing(box, member, subject="Canary mail")
        mail_label = MailLabel.objects.create(name="Canary mail label")
        block = make.block(member, "canary")
        held = make.suppression("canary", by=member)
        wording = make.mail_template(member, name="Canary wording")
        attachment = message.attachments.get()
        planned = _planned(member, person)
        view = View.objects.create(kind="person", name="Canary view", owner=member)
        mail_view = View.objects.create(kind="thread", name="Canary mail view", owner=member)
        sweep = Sweep.objects.create(by=member, verb="done", total=0, state="done")
        given = {"person": [person.pk]}
        transfer = Transfer.objects.create(owner=member, to=member, by=member, at=NOW, given=given)
        team = make.team("Canary team", member)
        pair = _pair(person, make.person("Canary Whitfield", owner=member))
    unwalled: Any = AuditEntry.unwalled
    tokens = ApiToken.objects.using("system").filter(member=member)
    found = {
        "mailboxes": [box.uid],
        "folders": [entry.folder.uid],
        "threads": [message.thread.uid],
        "messages": [message.uid],
        "attachments": [attachment.uid],
        "ledger": [entry.uid, skipped.uid],
        "people": [person.uid],
        "organizations": [organization.uid],
        "labels": [label.uid],
        "views": [view.uid],
        "duplicates": [pair],
        "transfers": [transfer.uid],
        "fields": [own.uid],
        "pipelines": [stages[0].pipeline.uid],
        "stages": [stages[0].uid],
        "deals": [deal.uid],
        "leads": [lead.uid],
        "boards": [phases[0].board.uid],
        "phases": [phases[0].uid],
        "projects": [project.uid],
        "project_tasks": [task.uid],
        "project_templates": [template.uid],
        "lost_reasons": [reason.uid],
        "currencies": [currency.uid],
        "uploads": [upload.uid],
        **planned,
        "drafts": [draft.uid],
        "comments": [comment.uid],
        "blocks": [block.uid],
        "suppressions": [held.uid],
        "mail_templates": [wording.uid],
        "mail_labels": [mail_label.uid],
        "mail_views": [mail_view.uid],
        "sweeps": [sweep.uid],
        "outbox": [waiting.uid],
        "members": [member.uid],
        "teams": [team.uid],
        "audit": list(unwalled.filter(workspace=workspace).values_list("uid", flat=True)),
        "imports": [batch.uid],
        "exports": [export.uid],
        "tokens": list(tokens.values_list("uid", flat=True)),
    }
    return Population({name: [str(uid) for uid in uids] for name, uids in found.items()})


def _pair(one: Any, other: Any) -> Any:
    """Two people who look alike."""
    pair = {"kind": "person", "first_id": one.pk, "second_id": other.pk}
    return Likeness.objects.create(**pair, reasons=["namesake"], score=55).uid


def _planned(member: Membership, person: Any) -> dict[str, list[Any]]:
    """An activity, a note and a file about somebody."""
    activity = make.activity("Canary call", person, assignee=member)
    note = notes.write_note(html="Canary note", about=[person], by=member, at=NOW)
    sent = SimpleUploadedFile("canary.txt", b"canary")
    about = [person]
    file = files.add_file(file=sent, content_type="text/plain", about=about, by=member, at=NOW)
    return {
        "activities": [activity.uid],
        "activity_types": [activity.type.uid],
        "notes": [note.uid],
        "files": [file.uid],
    }


def fingerprint(workspace_id: int) -> dict[str, tuple[int, str]]:
    """How many rows of a workspace each walled table has, and a checksum of all they say."""
    found = {}
    for model in walls.walled_models():
        rows = model.unwalled.filter(workspace_id=workspace_id).order_by("pk")
        told = [str(sorted(row.items(), key=str)) for row in rows.values()]
        found[model._meta.label] = (len(told), "\n".join(told))
    return found
