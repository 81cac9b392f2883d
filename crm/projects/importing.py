"""Projects out of a file."""

from typing import Any

from crm.contacts.importing import titled
from crm.contacts.importing.drafts import Context, Draft
from crm.contacts.importing.importers import Importer
from crm.fields import spelling
from crm.projects.actions import preparing
from crm.projects.models import Phase, Project

NEW_ONLY = ("status", "closed_at")
WORDS: dict[str, tuple[str, ...]] = {
    **titled.WORDS,
    "name": ("project", "project name", "project title", "title", "projeto"),
    "starts_on": ("start date", "start", "begin", "inicio", "data de inicio"),
    "due_on": ("end date", "due date", "deadline", "fim", "prazo", "data de termino"),
    "phase": ("project phase", "stage", "fase", "etapa"),
    "board": ("project board", "quadro"),
    "description": ("notes", "details", "descricao"),
}


def complete(draft: Draft) -> None:
    """Sets aside what a project that is here does not take."""
    titled.set_aside(draft, NEW_ONLY)


def build(draft: Draft, context: Context) -> Project:
    """A project of a draft, in the phase it names or the first one of its board."""
    values: dict[str, Any] = dict(draft.values)
    values.setdefault("visibility", context.visibility)
    phase = _phase(draft, context)
    if phase is None:
        if context.writes:
            draft.fail("no_stage", draft.named.get("phase", ""))
        return Project(**values)
    project = Project(
        **values,
        owner=draft.owner,
        custom=draft.custom,
        phase=phase,
        board=phase.board,
        phase_since=context.at,
        **titled.whom(draft, context),
    )
    status = draft.parts.get("status", Project.Status.OPEN)
    if status != Project.Status.OPEN:
        closed: Any = draft.parts.get("closed_at") or context.at
        project.status, project.closed_at = status, closed
    return project


def _phase(draft: Draft, context: Context) -> Phase | None:
    if "phases" not in context.shelf:
        if context.writes:
            preparing.prepare_delivering(by=context.by, at=context.at)
        rows = Phase.objects.select_related("board").order_by("board__position", "position", "pk")
        context.shelf["phases"] = list(rows)
    phases: list[Phase] = context.shelf["phases"]
    board, name = (spelling.sort_key(draft.named.get(each, "")) for each in ("board", "phase"))
    within = [p for p in phases if not board or spelling.sort_key(p.board.name) == board] or phases
    named = [phase for phase in within if spelling.sort_key(phase.name) == name]
    if name and not named:
        draft.note("no_stage", draft.named["phase"])
    return next(iter(named or within), None)


PROJECTS = Importer(
    model=Project,
    keys=titled.keys,
    find=titled.found_in(Project),
    build=build,
    complete=complete,
    makes=("organization", "person"),
    words=WORDS,
    shown=frozenset({"board", "phase", "status", "closed_at"}),
)
