"""People, deals and what else is sold and done with them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from crm.contacts.models import Organization, Person, PersonEmail
from crm.deals.models import Currency, Deal, LostReason, Pipeline, Stage, Stay
from crm.leads.models import Lead
from crm.projects.models import Board, Phase, Project, Task, Template
from crm.timeline.actions.due import Due
from crm.timeline.actions.preparing import prepare_types
from crm.timeline.actions.telling import prepare
from crm.timeline.models import Activity, ActivityAbout
from tests.world import NOW


def person(name: str = "Dana Whitfield", *addresses: str, **fields: Any) -> Person:
    row: Person = Person.objects.create(name=name, created_at=NOW, updated_at=NOW, **fields)
    PersonEmail.objects.bulk_create(
        PersonEmail(person=row, address=each.lower(), is_primary=place == 0)
        for place, each in enumerate(addresses)
    )
    row.prepare()
    row.save()
    return row


def organization(name: str = "Northwind", **fields: Any) -> Organization:
    row = Organization(name=name, created_at=NOW, updated_at=NOW, **fields)
    row.prepare()
    row.save()
    return row


def pipeline(name: str = "New business", *stages: str, **fields: Any) -> list[Stage]:
    """A pipeline's stages, each likelier to be won than the one before."""
    row = Pipeline.objects.create(name=name)
    names = stages or ("Qualified", "Pilot", "Contract")
    return [
        Stage.objects.create(
            pipeline=row, name=each, position=place, probability=20 + 35 * place, **fields
        )
        for place, each in enumerate(names)
    ]


def deal(stage: Stage, name: str = "Brightmoor, 14 depots", **fields: Any) -> Deal:
    fields = {"value": 100, "currency": "EUR", "stage_since": NOW, "created_at": NOW,
              "updated_at": NOW} | fields  # fmt: skip
    row = Deal(name=name, stage=stage, pipeline=stage.pipeline, **fields)
    row.prepare()
    row.save()
    Stay.objects.create(deal=row, stage=stage, entered_at=row.stage_since)
    return row


def activity(subject: str = "Call Owen", *about: Any, due: Any = None, **fields: Any) -> Activity:
    """Something to be done about these records; `due` is a day, or a moment."""
    when = Due(at=due) if isinstance(due, datetime) else Due(on=due)
    kind = fields.pop("type", None) or prepare_types()[0]
    row = Activity(type=kind, subject=subject, **when.columns(), **fields)
    prepare(row)
    row.save()
    for record in about:
        ActivityAbout.objects.create(of=row, kind=record._meta.model_name, object_id=record.pk)
    return row


def lead(name: str = "Fridges for three clinics", **fields: Any) -> Lead:
    row = Lead(name=name, **{"currency": "EUR", "created_at": NOW, "updated_at": NOW} | fields)
    row.prepare()
    row.save()
    return row


def board(name: str = "Delivery", *phases: str) -> list[Phase]:
    """A board's phases in their order."""
    row = Board.objects.create(name=name)
    names = phases or ("To plan", "In work", "Handing over")
    return [
        Phase.objects.create(board=row, name=each, position=place)
        for place, each in enumerate(names)
    ]


def project(phase: Phase, name: str = "Brightmoor, 14 depots", **fields: Any) -> Project:
    fields = {"phase_since": NOW, "created_at": NOW, "updated_at": NOW} | fields
    row = Project(name=name, phase=phase, board=phase.board, **fields)
    row.prepare()
    row.save()
    return row


def task(of: Project, name: str = "Order the loggers", **fields: Any) -> Task:
    place = Task.objects.filter(project=of).count()
    row: Task = Task.objects.create(
        project=of, name=name, **{"position": place, "created_at": NOW} | fields
    )
    return row


def template(phase: Phase, name: str = "Installation", **fields: Any) -> Template:
    row: Template = Template.objects.create(name=name[:60], board=phase.board, **fields)
    return row


def lost_reason(name: str = "Price") -> LostReason:
    row: LostReason = LostReason.objects.create(name=name[:120])
    return row


def currency(code: str = "EUR", rate: str = "1", **fields: Any) -> Currency:
    row: Currency = Currency.objects.create(code=code, rate=Decimal(rate), **fields)
    return row
