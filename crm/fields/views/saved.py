"""What a list shows, as it was asked or saved, and the saving of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields import filters
from crm.fields.actions import saved as actions
from crm.fields.actions import saving
from crm.fields.models import View
from crm.fields.queries import saved
from crm.fields.views.kinds import Kind
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

EVERYTHING = "all"
MOST_COLUMNS = 30
LONGEST_NAME = 48


@dataclass(frozen=True)
class Asked:
    """What a list shows. `tree` is None where it could not be read."""

    view: View | None
    tree: Any
    columns: Sequence[str]
    sort: str
    views: Sequence[View] = field(default_factory=tuple)

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the view, or from everything, in what a view keeps."""
        kept = self.view
        if kept is None:
            return bool(self.tree) or bool(self.columns) or self.sort not in ("", "name")
        mine = (self.tree or {}, list(self.columns), self.sort)
        return mine != (kept.filter or {}, list(kept.columns), kept.sort)

    @property
    def filter_text(self) -> str:
        return json.dumps(self.tree) if self.tree else ""


def asked(request: MemberRequest, kind: Kind) -> Asked:
    """What the address asks for: a view, and what is asked beside it."""
    given = request.GET
    views = saved.views_of(request.member, kind.one)
    typed = given.get("view", "")
    found = next((view for view in views if str(view.uid) == typed), None)
    if not typed and not _asks(given):
        found = saved.opening(request.member, kind.one)
    tree: Any = found.filter if found is not None else {}
    if "filter" in given:
        tree = _tree(given["filter"])
    columns = given.getlist("column") or (list(found.columns) if found is not None else [])
    sort = given.get("sort", found.sort if found is not None else "")
    return Asked(found, tree, columns[:MOST_COLUMNS], sort, views)


def opens_with(request: MemberRequest, kind: Kind, shown: Asked) -> bool:
    """Whether the member's list begins with the view that is shown."""
    return shown.view is not None and saved.opening(request.member, kind.one) == shown.view


def _asks(given: QueryDict) -> bool:
    return any(given.get(name) for name in ("filter", "sort", "mine", "q", "column", "rows"))


def _tree(typed: str) -> Any:
    try:
        tree = json.loads(typed or "{}")
    except (ValueError, RecursionError):
        return None
    return tree if filters.is_kept(tree) else None


def _columns(posted: QueryDict) -> list[str]:
    """The facts that are to be shown; no name of one is longer."""
    return [name for name in posted.getlist("column") if len(name) <= LONGEST_NAME][:MOST_COLUMNS]


def make(request: MemberRequest, kind: Kind) -> HttpResponse:
    """POST `name`, `filter`, `column`…, `sort`, `shared`: a view of one's own."""
    posted = request.POST
    name, tree = posted.get("name", "").strip(), _tree(posted.get("filter", ""))
    if not name or not isinstance(tree, dict):
        messages.error(request, _("Give the view a name."))
        return redirect(table(request, kind, _again(posted)))
    is_shared = bool(posted.get("shared"))
    if is_shared:
        permissions.require(request.member, "views.share")
    try:
        made = saving.save_view(
            kind=kind.one,
            name=name,
            filter=tree,
            columns=_columns(posted),
            sort=posted.get("sort", "")[:49],
            is_shared=is_shared,
            by=request.member,
            at=timezone.now(),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(table(request, kind, _again(posted)))
    messages.success(request, _("The view %(name)s is saved.") % {"name": made.name})
    return redirect(table(request, kind, {"view": str(made.uid)}))


def change(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """POST `do`: save what is shown, rename, share, keep private, delete, open with it or not.

    With `?back=1` a deletion is undone.
    """
    if "back" in request.GET:
        return _bring_back(request, kind, uid)
    view = saved.view(request.member, kind.one, str(uid))
    if view is None:
        raise Http404
    do = request.POST.get("do", "")
    try:
        if do in ("open", "close"):
            return _open(request, kind, view if do == "open" else None, view)
        if view.owner_id != request.member.pk:
            raise Http404
        return _delete(request, kind, view) if do == "delete" else _change(request, kind, view, do)
    except actions.ViewGone as error:
        messages.error(request, str(error))
        return redirect(table(request, kind, {"view": EVERYTHING}))


def _open(request: MemberRequest, kind: Kind, wanted: View | None, view: View) -> HttpResponse:
    actions.open_with(kind=kind.one, view=wanted, by=request.member)
    text = _("Your list opens with %(name)s.") % {"name": view.name}
    messages.success(request, text if wanted else _("Your list opens with all."))
    return redirect(table(request, kind, {"view": str(view.uid)}))


def _delete(request: MemberRequest, kind: Kind, view: View) -> HttpResponse:
    actions.delete_view(view=view, by=request.member, at=timezone.now())
    text = _("The view %(name)s is deleted.") % {"name": view.name}
    messages.success(request, text, extra_tags=f"{request.path}?back=1")
    return redirect(table(request, kind, {"view": EVERYTHING}))


def _bring_back(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    try:
        view = actions.bring_back(uid=uid, by=request.member, at=timezone.now())
    except actions.ViewGone as error:
        raise Http404 from error
    return redirect(table(request, kind, {"view": str(view.uid)}))


def _change(request: MemberRequest, kind: Kind, view: View, do: str) -> HttpResponse:
    if do == "share":
        permissions.require(request.member, "views.share")
    values = _values(do, request.POST)
    if values is None:
        raise Http404
    changed = actions.change_view(view=view, values=values, by=request.member, at=timezone.now())
    messages.success(request, _("The view %(name)s is saved.") % {"name": changed.name})
    return redirect(table(request, kind, {"view": str(view.uid)}))


def _values(do: str, posted: QueryDict) -> dict[str, Any] | None:
    if do == "save":
        tree = _tree(posted.get("filter", ""))
        given = {"filter": tree, "columns": _columns(posted), "sort": posted.get("sort", "")[:49]}
        return given if isinstance(tree, dict) else None
    if do == "rename":
        name = posted.get("name", "").strip()[:60]
        return {"name": name} if name else None
    return {"share": {"is_shared": True}, "keep": {"is_shared": False}}.get(do)


def _again(posted: QueryDict) -> dict[str, Any]:
    return {
        "view": EVERYTHING,
        "filter": posted.get("filter", ""),
        "column": posted.getlist("column"),
        "sort": posted.get("sort", ""),
    }


def table(request: MemberRequest, kind: Kind, query: dict[str, Any]) -> str:
    """The address of the list with this query; empty words are left out."""
    kept = {name: value for name, value in query.items() if value}
    return f"{kind.address(request, kind.listing)}?{urlencode(kept, doseq=True)}"
