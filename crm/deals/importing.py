"""Deals out of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.contacts.importing import storing, titled
from crm.contacts.importing.drafts import Context, Draft
from crm.contacts.importing.importers import Importer
from crm.contacts.importing.targets import NOTE, Target
from crm.deals import actions, queries
from crm.deals.models import Deal, Stage, Stay
from crm.fields import spelling

WORDS: dict[str, tuple[str, ...]] = {
    **titled.WORDS,
    "name": ("deal", "deal name", "deal title", "opportunity", "opportunity name", "negocio"),
    "value": (*titled.WORDS["value"], "deal value", "deal amount"),
    "currency": (*titled.WORDS["currency"], "deal currency code"),
    "stage": ("stage", "deal stage", "etapa", "fase"),
    "pipeline": ("pipeline", "deal pipeline", "funil"),
    "status": (*titled.WORDS["status"], "deal status"),
    "lost_reason": ("lost reason", "closed lost reason", "motivo da perda"),
    "closed_at": ("won time", "lost time", "deal closed on", "closed on", "data de fechamento"),
}
# What only a new deal takes from a file: one that is here moves by hand
NEW_ONLY = ("status", "closed_at")


@dataclass(slots=True)
class Shelf:
    """Stages by pipeline and name, and the currency of amounts without one."""

    stages: list[Stage]
    base: str

    def stage(self, pipeline: str, name: str) -> Stage | None:
        """The stage of that name, in that pipeline if one is named; without a name the first."""
        within = [
            stage
            for stage in self.stages
            if not pipeline or spelling.sort_key(stage.pipeline.name) == spelling.sort_key(pipeline)
        ] or self.stages
        if not name:
            return next(iter(within), None)
        wanted = spelling.sort_key(name)
        return next((stage for stage in within if spelling.sort_key(stage.name) == wanted), None)


def _shelf(context: Context) -> Shelf:
    if "deals" not in context.shelf:
        rows = Stage.objects.filter(pipeline__closed_at=None).select_related("pipeline")
        stages = list(rows.order_by("pipeline__position", "pipeline", "position", "pk"))
        if not stages and context.writes:
            actions.prepare_selling(
                by=context.by, at=context.at, currency=queries.currencies().base
            )
            stages = list(rows.order_by("pipeline__position", "pipeline", "position", "pk"))
        context.shelf["deals"] = Shelf(stages, queries.currencies().base)
    found: Shelf = context.shelf["deals"]
    return found


def complete(draft: Draft) -> None:
    """Sets aside what a deal that is here does not take."""
    titled.set_aside(draft, NEW_ONLY)


def build(draft: Draft, context: Context) -> Deal:
    """A deal of a draft, in the stage it names or the first one; fails where that asks for more."""
    shelf, values = _shelf(context), dict(draft.values)
    values.setdefault("visibility", context.visibility)
    values.setdefault("currency", shelf.base)
    pipeline, named = draft.named.get("pipeline", ""), draft.named.get("stage", "")
    stage = shelf.stage(pipeline, named)
    if stage is None and named:
        draft.note("no_stage", named)
        stage = shelf.stage(pipeline, "")
    if stage is None:
        # A trial, where nobody has sold anything yet
        return Deal(**values)
    _refuse_lacking(draft, stage, context)
    deal = Deal(
        **values,
        owner=draft.owner,
        custom=draft.custom,
        stage=stage,
        pipeline=stage.pipeline,
        stage_since=context.at,
        **titled.whom(draft, context),
    )
    status: Any = draft.parts.get("status", Deal.Status.OPEN)
    if status != Deal.Status.OPEN:
        closed: Any = draft.parts.get("closed_at") or context.at
        deal.status, deal.closed_at = status, closed
        deal.stage_since = min(context.at, closed)
    if status == Deal.Status.LOST:
        deal.lost_reason = draft.parts.get("lost_reason", "")[:200]
    return deal


def beside(pairs: Sequence[tuple[Draft, Any]], _context: Context) -> None:
    """Each deal's time in its stage begins, and is over where the deal is."""
    storing.insert(
        [
            Stay(deal=deal, stage=deal.stage, entered_at=deal.stage_since, left_at=deal.closed_at)
            for _draft, deal in pairs
        ]
    )


def _refuse_lacking(draft: Draft, stage: Stage, context: Context) -> None:
    asked = [
        str(fact.label)
        for fact in context.facts.values()
        if stage.pk in fact.required_in and draft.custom.get(fact.name) is None
    ]
    if asked:
        draft.fail("lacking", ", ".join(asked))


DEALS = Importer(
    model=Deal,
    keys=titled.keys,
    find=titled.found_in(Deal),
    build=build,
    complete=complete,
    extra=(Target("currency", _("Currency")), Target("lost_reason", _("Lost because")), NOTE),
    makes=("organization", "person"),
    words=WORDS,
    shown=frozenset({"pipeline", "stage", "status", "closed_at"}),
    beside=beside,
)
