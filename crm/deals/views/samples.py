"""Sample data: added, and taken away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from crm.deals.actions.samples import add_samples
from crm.deals.actions.unsampling import remove_samples
from crm.fields.models import kinds
from crm.timeline.models import Sample
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: MemberRequest, workspace: str) -> HttpResponse:
    """Whether there is sample data; POST `do` add or remove."""
    permissions.require(request.member, "samples.change")
    if request.method != "POST":
        context = {
            "place": "settings",
            "section": "samples",
            "count": Sample.objects.filter(kind__in=list(kinds())).count(),
        }
        return render(request, "crm/deals/settings/samples.html", context)
    at = timezone.now()
    if request.POST.get("do") == "add":
        add_samples(by=request.member, at=at)
        return redirect("deals:deals", workspace)
    gone = remove_samples(by=request.member, at=at)
    text = ngettext(
        "%(count)s sample record removed", "%(count)s sample records removed", gone.removed
    ) % {"count": gone.removed}
    messages.success(request, text)
    if gone.kept:
        messages.info(request, _("What you worked on stays: %(count)s") % {"count": gone.kept})
    return redirect("deals:samples", workspace)
