"""Connecting a mailbox: its address, its servers, a test of them, and what comes in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.ui.render import page_or_part, wants_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from inbox.models import Folder, Mailbox, Visibility
from inbox.queries import sidebar
from sync.actions import connect as connecting
from sync.actions import trial
from sync.forms import AddressForm, OptionsForm, ServersForm, WorkersForm
from sync.models import ORDER, Security
from sync.providers import base, discover
from sync.providers.known import Password
from sync.queries import words
from sync.views import setup, trials, workers

_SECURITY = {base.Security.TLS: Security.TLS, base.Security.STARTTLS: Security.STARTTLS}


@transaction.non_atomic_requests
def connect(request: MemberRequest, workspace: str) -> HttpResponse:
    """Step 1: the address; how it is reached is asked of DNS."""
    permissions.require(request.member, "mailboxes.connect")
    may_team = permissions.may(request.member, "mailboxes.connect_team")
    with transaction.atomic():
        form = AddressForm(request.POST or None, may_team=may_team, workspace=request.workspace)
        if request.method != "POST" or not form.is_valid():
            return _page(request, "sync/connect.html", {"form": form}, form)
    found = discover.propose(form.cleaned_data["address"])
    setup.begin(
        request,
        address=form.cleaned_data["address"],
        kind=form.cleaned_data.get("kind") or Mailbox.Kind.PERSONAL,
        proposal=_proposal(found[0]) if found else {},
    )
    return redirect("sync:connect_settings", workspace)


def _proposal(found: discover.Proposal) -> dict[str, Any]:
    return {
        "source": str(found.source),
        "provider": found.provider,
        "note": str(found.password),
        "username": found.username,
        "imap_host": found.imap.host,
        "imap_port": found.imap.port,
        "imap_security": _SECURITY[found.imap.security],
        "smtp_host": found.smtp.host,
        "smtp_port": found.smtp.port,
        "smtp_security": _SECURITY[found.smtp.security],
    }


def connect_settings(request: MemberRequest, workspace: str) -> HttpResponse:
    """Step 2: the proposed servers, to be corrected, and the password."""
    known = setup.get(request)
    proposal = known["proposal"]
    initial = proposal | known.get("servers", {})
    initial.setdefault("username", known["address"])
    initial["allow_insecure"] = initial.get("allows_plain", False)
    has_password = "secret" in known
    form = ServersForm(request.POST or None, initial=initial, has_password=has_password)
    if request.method == "POST" and form.is_valid():
        setup.keep_servers(request, form.servers(), form.cleaned_data["password"])
        return redirect("sync:connect_test", workspace)
    context = {
        "form": form,
        "address": known["address"],
        "found": found_sentence(proposal),
        "note": note_sentence(proposal),
    }
    return _page(request, "sync/settings.html", context, form)


def found_sentence(proposal: dict[str, Any]) -> str:
    """Where the proposed settings come from."""
    match proposal.get("source"):
        case discover.Source.KNOWN | discover.Source.HOSTED:
            return _("These are the settings of %(name)s.") % {"name": proposal["provider"]}
        case discover.Source.ANNOUNCED:
            return _("The address's domain names these servers itself.")
        case discover.Source.GUESSED:
            return _("These are the usual names. Please check them.")
    return ""


def note_sentence(proposal: dict[str, Any]) -> str:
    """What this provider wants where a password is asked for."""
    match proposal.get("note"):
        case Password.APP:
            return words.trouble("auth.app_password").what
        case Password.NONE:
            return words.trouble("auth.no_passwords").what
    return ""


@transaction.non_atomic_requests
def connect_test(request: MemberRequest, workspace: str) -> HttpResponse:
    """Step 3: the page first, then the test goes on beside it while it looks again and again."""
    with transaction.atomic():
        known = setup.get(request)
        servers, password = setup.servers(known), setup.password(known)
    key = known["number"]
    if request.method == "POST":
        trials.forget(key)
        return redirect("sync:connect_test", workspace)
    result = trials.result(key)
    if not trials.is_over(result) and wants_part(request):
        found = trial.access(servers=servers, password=password, address=known["address"])
        trials.ensure(key, found, with_domain=True)
    context = {
        "address": known["address"],
        "steps": trials.steps(result),
        "is_over": trials.is_over(result),
        "has_passed": bool(result and result["ok"]),
        "settings_url": reverse("sync:connect_settings", args=(workspace,)),
        "options_url": reverse("sync:connect_options", args=(workspace,)),
    }
    with transaction.atomic():
        context |= {"place": "health", "side": sidebar.side(request.member)}
        return page_or_part(request, "sync/test.html", context, part="steps")


def connect_options(request: MemberRequest, workspace: str) -> HttpResponse:
    """Step 4: how far back, which folders, who reads it; then the import begins."""
    known = setup.get(request)
    result = trials.result(known["number"])
    if result is None or not result["ok"]:
        return redirect("sync:connect_test", workspace)
    chosen = request.POST.getlist("folders") if request.method == "POST" else None
    team = known["kind"] == Mailbox.Kind.TEAM
    initial = {"visibility": Visibility.TEAM if team else Visibility.PRIVATE}
    form = OptionsForm(request.POST or None, kind=known["kind"], initial=initial)
    who = workers.form(request, known["kind"])
    holds = request.method == "POST" and form.is_valid()
    if holds and (who is None or who.is_valid()):
        usual_names = {folder["name"] for folder in result["folders"] if folder["wanted"]}
        # The usual choice stays open for folders that are made later
        picked = [each["name"] for each in result["folders"] if each["name"] in (chosen or [])]
        names = None if set(picked) == usual_names else picked
        mailbox = _create(request, known, form, names, who)
        if mailbox is not None:
            connecting.keep_domain(
                mailbox=mailbox, found=result.get("domain", {}), at=timezone.now()
            )
            setup.end(request)
            return redirect("sync:mailbox", workspace, mailbox.uid)
    folders = [
        {
            "uid": folder["name"],
            "shown_name": Folder(display=folder["display"], role=folder["role"]).shown_name,
            "role": folder["role"],
            "total": None,
            "is_synced": folder["wanted"] if chosen is None else folder["name"] in chosen,
        }
        for folder in sorted(result["folders"], key=_read_first)
    ]
    context = {
        "mailbox": {"address": known["address"]},
        "is_new": True,
        "form": form,
        "workers": who,
        "folders": folders,
    }
    return _page(request, "sync/options.html", context, form)


def _read_first(folder: dict[str, Any]) -> tuple[int, str]:
    return ORDER.index(folder["role"]), folder["display"].lower()


def _create(
    request: MemberRequest,
    known: dict[str, Any],
    form: OptionsForm,
    chosen: list[str] | None,
    who: WorkersForm | None,
) -> Mailbox | None:
    """Connect it; a mailbox that somebody else connected meanwhile is an error of the form."""
    if known["kind"] == Mailbox.Kind.TEAM:
        permissions.require(request.member, "mailboxes.connect_team")
    try:
        return connecting.connect_mailbox(
            by=request.member,
            address=known["address"],
            servers=setup.servers(known),
            password=setup.password(known),
            at=timezone.now(),
            name=form.cleaned_data["name"],
            kind=known["kind"],
            members=who.chosen("members") if who else (),
            teams=who.chosen("teams") if who else (),
            sync_from=form.cleaned_data["sync_from"],
            folders=chosen,
            visibility=form.cleaned_data["visibility"],
            makes_people=form.cleaned_data["makes_people"],
            imports=form.cleaned_data["imports"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _page(
    request: MemberRequest, template: str, context: dict[str, Any], form: Any
) -> HttpResponse:
    context |= {"place": "health", "side": sidebar.side(request.member)}
    return render(request, template, context, status=422 if form.errors else 200)
