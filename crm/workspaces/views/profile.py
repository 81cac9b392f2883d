"""A user's own settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from crm.workspaces import actions, presence, quiet
from crm.workspaces.forms.profile import ProfileForm
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
