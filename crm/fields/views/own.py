"""The settings of a workspace's own fields."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.fields.actions import definitions, ordering
from crm.fields.forms import ChoiceForm, FieldForm, RuleForm
from crm.fields.models import Field
from crm.fields.models.labels import Hue
from crm.fields.views.bulk import uids
from crm.fields.views.kinds import KINDS, Kind, kind_of
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

FIELDS, FIELD = "crm/fields/settings/fields.html", "crm/fields/settings/field.html"


@require_http_methods(["GET", "HEAD", "POST"])
def fields(request: MemberRequest, workspace: str) -> HttpResponse:
    """The fields of `?kind=`, and a form for one more."""
    permissions.require(request.member, "fields.change")
    kind = kind_of(request.GET.get("kind", "") or next(iter(KINDS)))
    form = FieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = definitions.create_field(
                kind=kind.one, **form.cleaned_data, by=request.member, at=timezone.now()
            )
            messages.success(request, _("The field %(name)s is there.") % {"name": made.name})
            return redirect(address(request, kind))
        except ValidationError as error:
            form.add_error(None, error)
    rows = list(Field.objects.filter(kind=kind.one).order_by("position", "pk"))
    context = {
        "section": "fields",
        "kind": kind,
        "kinds": list(KINDS.values()),
        "fields": [row for row in rows if row.removed_at is None],
        "archived": [row for row in rows if row.removed_at is not None],
        "form": form,
    }
    return render(request, FIELDS, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def field(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One field: its name, when it must be filled, and its choices."""
    permissions.require(request.member, "fields.change")
    row, kind = _field(uid)
    places = kind.places()
    form = RuleForm(
        request.POST or None,
        places=places,
        initial={
            "name": row.name,
            "is_required": row.is_required,
            "required_in": [str(pk) for pk in row.required_in],
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            definitions.change_field(
                field=row, values=form.cleaned_data, by=request.member, at=timezone.now()
            )
            messages.success(request, _("The field %(name)s is saved.") % {"name": row.name})
            return redirect("fields:field", workspace, uid)
        except ValidationError as error:
            form.add_error(None, error)
    return _page(request, row, kind, form=form)


@require_POST
def order(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… of the fields of `?kind=` in their order."""
    permissions.require(request.member, "fields.change")
    kind = kind_of(request.GET.get("kind", ""))
    rows = Field.objects.filter(kind=kind.one, removed_at=None)
    ordering.put_in_order(
        rows, uids(request), verb="field.ordered", by=request.member, at=timezone.now()
    )
    return HttpResponse(status=204)


@require_POST
def archive(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `as`: archived, or used again."""
    permissions.require(request.member, "fields.change")
    row, kind = _field(uid)
    at, by = timezone.now(), request.member
    try:
        if request.POST.get("as") == "archived":
            definitions.archive_field(field=row, by=by, at=at)
            text = _("%(name)s is shown no more. What records hold of it stays.")
        else:
            definitions.take_up_field(field=row, by=by, at=at)
            text = _("%(name)s is shown again.")
        messages.success(request, text % {"name": row.name})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(address(request, kind))


@require_POST
def choices(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name`, `hue`: one more choice; with `uid`… their keys in order instead."""
    permissions.require(request.member, "fields.change")
    row, kind = _field(uid)
    if row.type not in definitions.CHOOSING:
        raise Http404
    at, by = timezone.now(), request.member
    if "uid" in request.POST:
        definitions.order_choices(field=row, keys=request.POST.getlist("uid"), by=by, at=at)
        return HttpResponse(status=204)
    form = ChoiceForm(request.POST)
    try:
        if form.is_valid():
            definitions.add_choice(field=row, **form.cleaned_data, by=by, at=at)
            return redirect("fields:field", workspace, uid)
    except ValidationError as error:
        form.add_error(None, error)
    return _page(request, row, kind, choice_form=form)


@require_POST
def choice(request: MemberRequest, workspace: str, uid: UUID, key: str) -> HttpResponse:
    """POST `name`, `hue` of one choice, or `as` gone or back."""
    permissions.require(request.member, "fields.change")
    row, kind = _field(uid)
    if key not in {option["key"] for option in row.options}:
        raise Http404
    at, by, how = timezone.now(), request.member, request.POST.get("as", "")
    if how in ("gone", "back"):
        definitions.drop_choice(field=row, key=key, gone=how == "gone", by=by, at=at)
        return redirect("fields:field", workspace, uid)
    form = ChoiceForm(request.POST)
    try:
        if form.is_valid():
            definitions.change_choice(field=row, key=key, **form.cleaned_data, by=by, at=at)
            return redirect("fields:field", workspace, uid)
    except ValidationError as error:
        form.add_error(None, error)
    return _page(request, row, kind, choice_form=form)


def address(request: MemberRequest, kind: Kind) -> str:
    return f"{reverse('fields:fields', args=[request.workspace.slug])}?kind={kind.one}"


def _field(uid: UUID) -> tuple[Field, Kind]:
    row = Field.objects.filter(uid=uid).first()
    if row is None:
        raise Http404
    return row, kind_of(row.kind)


def _page(request: MemberRequest, row: Field, kind: Kind, **forms: Any) -> HttpResponse:
    known = {
        "form": RuleForm(
            places=kind.places(),
            initial={"name": row.name, "is_required": row.is_required,
                     "required_in": [str(pk) for pk in row.required_in]},
        ),
        "choice_form": ChoiceForm(initial={"hue": Hue.STONE}),
    } | forms  # fmt: skip
    context = {
        "section": "fields",
        "kind": kind,
        "field": row,
        "chooses": row.type in definitions.CHOOSING,
        "offered": [option for option in row.options if not option.get("gone")],
        "gone": [option for option in row.options if option.get("gone")],
        "hues": Hue.choices,
        **known,
    }
    wrong = any(form.errors for form in known.values())
    return render(request, FIELD, context, status=422 if wrong else 200)
