"""Lists of conversations that somebody saved, in the side bar."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.fields.actions import saved as actions
from crm.fields.actions.saving import save_view
from crm.fields.models import View
from crm.fields.queries import saved
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.queries import sidebar, views
from inbox.views import listing, narrowing


@require_http_methods(["GET", "HEAD", "POST"])
def saving(request: MemberRequest, workspace: str) -> HttpResponse:
    """The part of the side bar; POST `name` and `shared` keeps the list of this address."""
    side = sidebar.boxes(request.member)
    if request.method != "POST":
        found = views.shown(request.member, workspace, side)
        context = {
            "views": found,
            "current": forms.read_uid(request.GET, "current"),
            "awaiting": narrowing.word(request.GET, "awaiting"),
        }
        return render(request, "inbox/side_views.html", context)
    what = listing.asked(request, side)
    name, is_shared = forms.read_text(request.POST, "name").strip(), "shared" in request.POST
    if is_shared:
        permissions.require(request.member, "views.share")
    try:
        if not name:
            raise ValidationError(_("Give the view a name."))
        if what.folder not in listing.FOLDERS:
            raise ValidationError(_("A list can be kept as a view, a search cannot."))
        made = save_view(
            kind=views.KIND,
            name=name,
            filter=what.kept(),
            columns=[],
            sort="",
            is_shared=is_shared,
            by=request.member,
            at=timezone.now(),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(what.url())
    messages.success(request, _("The view %(name)s is saved.") % {"name": made.name})
    return redirect(replace(what, chosen=replace(what.chosen, view=made.uid)).url())


@require_POST
def view(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `do`: rename, share, keep it to oneself or delete; `?back=1` undoes that.

    Only whoever made it may.
    """
    if "back" in request.GET:
        return _bring_back(request, uid)
    row: View | None = saved.view(request.member, views.KIND, str(uid))
    if row is None or row.owner_id != request.member.pk:
        raise Http404
    do = request.POST.get("do", "")
    try:
        return _delete(request, row) if do == "delete" else _change(request, row, do)
    except actions.ViewGone as error:
        messages.error(request, str(error))
        return redirect("inbox:list", workspace, "inbox")


def _delete(request: MemberRequest, row: View) -> HttpResponse:
    actions.delete_view(view=row, by=request.member, at=timezone.now())
    back = f"{reverse('inbox:view', args=[request.workspace.slug, row.uid])}?back=1"
    text = _("The view %(name)s is deleted.") % {"name": row.name}
    messages.success(request, text, extra_tags=back)
    return redirect("inbox:list", request.workspace.slug, "inbox")


def _bring_back(request: MemberRequest, uid: UUID) -> HttpResponse:
    try:
        row = actions.bring_back(uid=uid, by=request.member, at=timezone.now())
    except actions.ViewGone as error:
        raise Http404 from error
    return redirect(views.address(request.workspace.slug, row))


def _change(request: MemberRequest, row: View, do: str) -> HttpResponse:
    if do == "share":
        permissions.require(request.member, "views.share")
    name = forms.read_text(request.POST, "name").strip()[:60]
    values = {
        "share": {"is_shared": True},
        "keep": {"is_shared": False},
        "rename": {"name": name} if name else None,
    }.get(do)
    if values is None:
        raise Http404
    url = views.address(request.workspace.slug, row)
    actions.change_view(view=row, values=values, by=request.member, at=timezone.now())
    return redirect(url)
