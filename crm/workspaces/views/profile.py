"""A user's own settings."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from crm.workspaces import actions, presence, quiet
from crm.workspaces.forms.settings import ProfileForm
from crm.workspaces.forms.telling import TellingForm
from crm.workspaces.middleware import MemberRequest


@require_GET
def settings(request: MemberRequest, workspace: str) -> HttpResponse:
    return redirect("workspaces:profile", workspace=workspace)


def profile(request: MemberRequest, workspace: str) -> HttpResponse:
    """Name, language, time zone, theme and keys."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        actions.change_profile(user=request.user, name=values.pop("name"), preferences=values)
        with override(request.user.language):
            messages.success(request, _("Your profile is saved."))
        return redirect("workspaces:profile", workspace=workspace)
    if form.errors:
        # A rejected form has already written into the user whom the page greets
        request.user.refresh_from_db()
    return _page(request, form, TellingForm(user=request.user))


@require_POST
def telling(request: MemberRequest, workspace: str) -> HttpResponse:
    """What the browser tells of, and quiet hours."""
    user = request.user
    form = TellingForm(request.POST, user=user)
    if not form.is_valid():
        return _page(request, ProfileForm(instance=user), form)
    actions.change_profile(user=user, name=user.name, preferences=form.cleaned_data)
    messages.success(request, _("Your profile is saved."))
    return redirect("workspaces:profile", workspace=workspace)


def _page(request: MemberRequest, form: ProfileForm, telling: TellingForm) -> HttpResponse:
    context = {
        "form": form,
        "telling": telling,
        "section": "profile",
        "browsers": presence.of(request.user, here=request.session.session_key),
        "is_quiet": quiet.holds(request.user, timezone.now()),
    }
    wrong = form.errors or telling.errors
    return render(request, "crm/workspaces/profile.html", context, status=422 if wrong else 200)


@require_POST
def preference(request: MemberRequest, workspace: str) -> HttpResponse:
    """One preference, as a switch or a command of the page sends it; nothing else changes."""
    user = request.user
    known = {"name": user.name, **{key: getattr(user, key) for key in actions.PREFERENCES}}
    form = ProfileForm(known | request.POST.dict(), instance=user)
    if not form.is_valid():
        return HttpResponse(status=422)
    values = dict(form.cleaned_data)
    actions.change_profile(user=user, name=values.pop("name"), preferences=values)
    return HttpResponse(status=204)


@require_POST
def session_revocation(request: MemberRequest, workspace: str, session: UUID) -> HttpResponse:
    """Sign out one browser of one's own."""
    if not presence.end(user=request.user, uid=session):
        raise Http404
    messages.success(request, _("That browser is signed out."))
    return redirect("workspaces:profile", workspace=workspace)


@require_POST
def sessions(request: MemberRequest, workspace: str) -> HttpResponse:
    """Sign out everywhere but here."""
    actions.sign_out_everywhere(user=request.user, at=timezone.now())
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("workspaces:profile", workspace=workspace)
