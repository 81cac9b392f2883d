"""What is done to checked rows, each with a way back."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.fields import actions, queries, values
from crm.fields.actions import bulk, undoing
from crm.fields.facts import Fact
from crm.fields.models import Label, Visibility
from crm.fields.views import lists, reading
from crm.fields.views.kinds import Kind, Refused
from crm.ui.render import say
from crm.workspaces import directory, permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership


def change(request: MemberRequest, kind: Kind) -> HttpResponse:
    """POST `uid`… and `owner`, `label`, `unlabel`, `visibility`, or `fact` with its value."""
    permissions.require(request.member, kind.right("change"))
    permissions.require(request.member, "records.bulk")
    rows = _rows(request, kind)
    at, batch, posted = timezone.now(), secrets.token_hex(8), request.POST
    given: dict[str, Any] = {"by": request.member, "at": at, "batch": batch}
    if posted.get("label") or posted.get("unlabel"):
        wanted = Label.objects.filter(
            kind=kind.one, uid=_uid(posted.get("label") or posted.get("unlabel", ""))
        ).first()
        if wanted is None:
            raise Http404
        count = bulk.label_all(rows, wanted.pk, on=bool(posted.get("label")), **given)
    elif posted.get("owner"):
        try:
            owner = directory.receiver(_uid(posted["owner"]))
        except directory.Ended as error:
            return say(JsonResponse({"text": str(error)}, status=422), str(error))
        except Membership.DoesNotExist as error:
            raise Http404 from error
        count = bulk.change_all(rows, {"owner": owner}, **given)
    elif posted.get("visibility") in Visibility.values:
        count = bulk.change_all(rows, {"visibility": posted["visibility"]}, **given)
    elif posted.get("fact"):
        return _one_fact(request, kind, rows, given)
    else:
        raise Http404
    return _changed(kind, request, count, batch)


def choice(request: MemberRequest, kind: Kind) -> HttpResponse:
    """The form that gives `?fact=` of all checked rows one value."""
    permissions.require(request.member, kind.right("change"))
    return _asked(request, kind, request.GET.get("fact", ""))


def _asked(
    request: MemberRequest, kind: Kind, name: str, error: str = "", status: int = 200
) -> HttpResponse:
    offered = [fact for fact in queries.facts_of(kind.model).values() if _for_many(kind, fact)]
    chosen = next((fact for fact in offered if fact.name == name), offered[0] if offered else None)
    context = {
        "kind": kind,
        "offered": offered,
        "fact": chosen,
        "error": error,
        "typed": request.POST if error else None,
        "members": lists.members(),
    }
    return render(request, "crm/fields/bulk_fact.html", context, status=status)


def _for_many(kind: Kind, fact: Fact) -> bool:
    """Whether one value may be given to many: not names and addresses, nor what has its own way."""
    told = {"owner", "labels", "visibility", "name", *(kind.readers or {})}
    return fact.editable and fact.name not in told


def _one_fact(
    request: MemberRequest, kind: Kind, rows: Sequence[Any], given: dict[str, Any]
) -> HttpResponse:
    fact = queries.facts_of(kind.model).get(request.POST["fact"])
    if fact is None or not _for_many(kind, fact):
        raise Http404
    try:
        with transaction.atomic():
            value = reading.read(request, kind, fact)
            wanted = {"custom": {fact.name: value}} if fact.custom else {fact.column: value}
            count = bulk.change_all(rows, wanted, **given)
    except (Refused, values.Unfit) as error:
        return _asked(request, kind, fact.name, str(error), 422)
    except actions.Lacking:
        text = _("One of these stands where this must be filled.")
        return _asked(request, kind, fact.name, text, 422)
    return _changed(kind, request, count, given["batch"])


def _changed(kind: Kind, request: MemberRequest, count: int, batch: str) -> HttpResponse:
    text = ngettext("%(count)s record changed", "%(count)s records changed", count)
    undo = kind.address(request, f"{kind.many}_undo") + f"?batch={batch}"
    return _done(text % {"count": count}, undo)


def undo(request: MemberRequest, kind: Kind) -> HttpResponse:
    """POST `?batch=`: what that bulk action changed is as it was."""
    permissions.require(request.member, kind.right("change"))
    batch = request.GET.get("batch", "")[:32]
    if not batch:
        raise Http404
    count = undoing.undo(kind.model, batch, by=request.member, at=timezone.now())
    text = ngettext("%(count)s record is as it was", "%(count)s records are as they were", count)
    return _done(text % {"count": count})


def trash(request: MemberRequest, kind: Kind) -> HttpResponse:
    """POST `uid`…: into the trash."""
    permissions.require(request.member, kind.right("delete"))
    rows = _rows(request, kind)
    count = actions.trash(rows, by=request.member, at=timezone.now())
    text = ngettext(
        "%(count)s record moved to the trash", "%(count)s records moved to the trash", count
    )
    uids = "&".join(f"uid={row.uid}" for row in rows)
    undo = kind.address(request, f"{kind.many}_restore") + f"?{uids}"
    response = _done(text % {"count": count}, undo)
    if request.POST.get("leave"):
        # From the record's own page there is nothing left to look at
        response.headers["HX-Redirect"] = kind.address(request)
    return response


def restore(request: MemberRequest, kind: Kind) -> HttpResponse:
    """POST `uid`…: out of the trash."""
    permissions.require(request.member, kind.right("delete"))
    wanted = uids(request)[: bulk.MOST]
    rows = list(kind.model.objects.trashed_for(request.member).filter(uid__in=wanted))
    count = actions.restore(rows, by=request.member, at=timezone.now())
    text = ngettext(
        "%(count)s record taken out of the trash",
        "%(count)s records taken out of the trash",
        count,
    )
    return _done(text % {"count": count})


def uids(request: MemberRequest) -> list[UUID]:
    """Which records are named, in the form or in the address of an undo."""
    return [_uid(each) for each in (request.POST.getlist("uid") or request.GET.getlist("uid"))]


def _done(text: str, undo: str = "") -> HttpResponse:
    return say(HttpResponse(status=204), text, undo=undo, label=_("Undo") if undo else "")


def _rows(request: MemberRequest, kind: Kind) -> Sequence[Any]:
    wanted = [_uid(each) for each in request.POST.getlist("uid")][: bulk.MOST]
    rows = list(kind.model.objects.visible_to(request.member).filter(uid__in=wanted))
    if not rows:
        raise Http404
    return rows


def _uid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise Http404 from error
