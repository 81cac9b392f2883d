"""What a user prefers, changed by one click."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from crm.workspaces import actions
from crm.workspaces.forms.profile import ProfileForm
from crm.workspaces.middleware import MemberRequest


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
