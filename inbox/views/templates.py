"""The pages of templates."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.ui.render import page_or_part, say
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import pictures
from inbox.actions import templates as actions
from inbox.models import Template, Upload
from inbox.queries import placeholders
from inbox.queries import templates as queries
from inbox.views.compose import open_draft


@require_http_methods(["GET", "HEAD"])
def listed(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every template the member may use, by folder. Part `rows`."""
    rows: list[Any] = list(queries.templates(request.member).select_related("owner"))
    for row, line in zip(rows, placeholders.named(row.subject for row in rows), strict=True):
        row.line = line
        row.may_change = queries.may_change(request.member, row)
    context = {"place": "settings", "section": "templates", "templates": rows}
    return page_or_part(request, "inbox/templates.html", context, part="rows")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, workspace: str) -> HttpResponse:
    """Write one; with `?draft=` the words and files of a draft stand in it."""
    if request.method == "POST":
        return _save(request, workspace, None)
    uid = forms.read_uid(request.GET, "draft")
    form, files = forms.TemplateForm(), list[Upload]()
    if uid is not None:
        draft = open_draft(request, uid)
        html = pictures.unsigned(draft.html)
        subject = draft.subject
        form = forms.TemplateForm(initial={"name": subject, "subject": subject, "html": html})
        files = pictures.beside(html, queries.files(draft))
    return _page(request, form, None, files)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A template to change; shown to those who may only use it, too."""
    row = _find(request, uid)
    if request.method == "POST":
        return _save(request, workspace, row)
    names = ("name", "folder", "subject", "html", "shortcut", "is_shared")
    form = forms.TemplateForm(initial={name: getattr(row, name) for name in names})
    return _page(request, form, row, pictures.beside(row.html, queries.files(row)))


def _page(
    request: MemberRequest, form: forms.TemplateForm, row: Template | None, files: list[Upload]
) -> HttpResponse:
    folders = queries.templates(request.member).exclude(folder="").order_by("folder")
    context = {
        "place": "settings",
        "section": "templates",
        "form": form,
        "template": row,
        "files": files,
        "fields": placeholders.fields(),
        "folders": list(folders.values_list("folder", flat=True).distinct()),
        "may_change": row is None or queries.may_change(request.member, row),
    }
    status = 422 if form.errors else 200
    return page_or_part(request, "inbox/template.html", context, part="form", status=status)


def _save(request: MemberRequest, workspace: str, row: Template | None) -> HttpResponse:
    form = forms.TemplateForm(request.POST)
    uploads = forms.read_uids(request.POST.getlist("upload"))
    if form.is_valid():
        wording = actions.Wording(**form.cleaned_data, uploads=uploads)
        now = timezone.now()
        try:
            if row is None:
                actions.create(wording=wording, by=request.member, at=now)
            else:
                actions.change(template=row, wording=wording, by=request.member, at=now)
        except PermissionDenied as error:
            raise Http404 from error
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("inbox:templates", workspace)
    files = list(queries.usable(request.member).filter(uid__in=uploads))
    return _page(request, form, row, files)


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Take a template away, or with `?not=1` bring it back."""
    back = "not" in request.GET
    rows = Template.objects.filter(uid=uid, mailbox=None, removed_at__isnull=not back)
    row: Template | None = rows.first()
    if row is None or not queries.may_change(request.member, row):
        raise Http404
    turn = actions.bring_back if back else actions.remove
    turn(template=row, by=request.member, at=timezone.now())
    url = reverse("inbox:template_removal", args=[workspace, uid])
    if back:
        return say(HttpResponse(status=204), _("It is back: %(name)s") % {"name": row.name})
    text = _("Template removed: %(name)s") % {"name": row.name}
    return say(HttpResponse(status=204), text, undo=f"{url}?not=1")


@require_POST
def order(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… in the order they are to have."""
    uids = forms.read_uids(request.POST.getlist("uid"))
    known = {row.uid: row for row in queries.templates(request.member)}
    rows = [known[uid] for uid in uids if uid in known]
    actions.order(templates=rows, by=request.member, at=timezone.now())
    return HttpResponse(status=204)


def _find(request: MemberRequest, uid: UUID) -> Template:
    row: Template | None = queries.templates(request.member).filter(uid=uid).first()
    if row is None:
        raise Http404
    return row
