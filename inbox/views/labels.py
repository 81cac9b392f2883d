"""The settings of labels: their names and colours, merging and removing them."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.fields.models.labels import Hue
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import labels as actions
from inbox.models import MailLabel
from inbox.queries import labels

PAGE = "inbox/labels.html"


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every label with how often it is used; POST `name` and `hue` makes one."""
    if request.method == "POST":
        try:
            hue = _hue(request)
            name = forms.read_text(request.POST, "name")
            actions.create_label(name=name, hue=hue, by=request.member, at=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("inbox:labels", workspace)
    counts = labels.counted(request.member)
    gone = forms.read_uid(request.GET, "gone")
    context = {
        "section": "labels",
        "rows": [(each, counts.get(each.pk, 0)) for each in labels.labels()],
        "hues": Hue.choices,
        "gone": MailLabel.objects.filter(uid=gone).exclude(removed_at=None).first(),
    }
    return render(request, PAGE, context)


@require_POST
def label(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `do`: save `name` and `hue`, remove it, merge it `into` another, or bring it back."""
    row = MailLabel.objects.filter(uid=uid).first()
    do, by, at = request.POST.get("do", ""), request.member, timezone.now()
    if row is None or (row.removed_at is None) == (do == "restore"):
        raise Http404
    try:
        if do == "save":
            name = forms.read_text(request.POST, "name")
            actions.change_label(label=row, name=name, hue=_hue(request), by=by, at=at)
        elif do == "remove":
            actions.remove_label(label=row, by=by, at=at)
        elif do == "merge":
            into = labels.label(forms.read_uid(request.POST, "into"))
            actions.merge_labels(label=row, into=into or row, by=by, at=at)
        elif do == "restore":
            actions.bring_back(label=row, by=by, at=at)
            messages.success(request, _("%(name)s is back.") % {"name": row.name})
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("inbox:labels", workspace)
    response = redirect("inbox:labels", workspace)
    if do in ("remove", "merge"):
        response["Location"] += f"?gone={row.uid}"
    return response


def _hue(request: MemberRequest) -> str:
    hue = request.POST.get("hue", "")
    return hue if hue in Hue.values else Hue.STONE
