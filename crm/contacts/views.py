"""People: a list by name, and a page for each."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.contacts import actions, queries
from crm.contacts.forms import PersonForm
from crm.contacts.models import Person, PersonEmail
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_safe
def people(request: MemberRequest, workspace: str) -> HttpResponse:
    """Everybody, by name, fifty at a time."""
    typed = request.GET.get("q", "").strip()[:100]
    page = queries.people(after=request.GET.get("after", ""), typed=typed)
    rows = [(person, queries.main_address(person)) for person in page.people]
    context = {"place": "people", "rows": rows, "after": page.after, "query": typed}
    part = "more" if "after" in request.GET else "rows"
    return page_or_part(request, "crm/contacts/people.html", context, part=part)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, workspace: str) -> HttpResponse:
    """A person typed in by hand."""
    permissions.require(request.member, "people.change")
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.create_person(
                name=form.cleaned_data["name"],
                addresses=form.cleaned_data["addresses"],
                by=request.member,
                at=timezone.now(),
            )
            return redirect("contacts:person", workspace, person.uid)
        except actions.AddressTaken as taken:
            form.refuse(taken.address, taken.person.name)
    return _form(request, form, None)


@require_safe
def person(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One person; the conversations come from the inbox's own address."""
    row = _person(uid)
    context = {"place": "people", "person": row, "emails": _emails(row)}
    return page_or_part(request, "crm/contacts/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Another name, other addresses."""
    permissions.require(request.member, "people.change")
    row = _person(uid)
    addresses = [email.address for email in _emails(row)]
    known = {"name": row.name, "addresses": "\n".join(addresses)}
    form = PersonForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_person(
                person=row,
                name=form.cleaned_data["name"],
                addresses=form.cleaned_data["addresses"],
                by=request.member,
                at=timezone.now(),
            )
            return redirect("contacts:person", workspace, uid)
        except actions.AddressTaken as taken:
            form.refuse(taken.address, taken.person.name)
    return _form(request, form, row)


@require_POST
def delete(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Take a person out; mail stays."""
    permissions.require(request.member, "people.change")
    actions.delete_person(person=_person(uid), by=request.member, at=timezone.now())
    return redirect("contacts:people", workspace)


def _form(request: MemberRequest, form: PersonForm, row: Person | None) -> HttpResponse:
    context = {"place": "people", "form": form, "person": row}
    status = 422 if form.is_bound else 200
    return page_or_part(
        request, "crm/contacts/person_form.html", context, part="form", status=status
    )


def _person(uid: UUID) -> Person:
    row: Person | None = Person.objects.prefetch_related("emails").filter(uid=uid).first()
    if row is None:
        raise Http404
    return row


def _emails(person: Person) -> list[PersonEmail]:
    return sorted(person.emails.all(), key=lambda email: (not email.is_primary, email.pk))
