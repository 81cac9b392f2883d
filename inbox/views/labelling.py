"""Labels on conversations: the menu of L, and putting them on and off."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import labels as actions
from inbox.actions import triage
from inbox.models import MailLabel
from inbox.queries import labels, reading

MENU = "inbox/label_menu.html"


@require_http_methods(["GET", "HEAD", "POST"])
def labelling(request: MemberRequest, workspace: str) -> HttpResponse:
    """GET the labels that `thread`… have and may have; POST `label`, or `name` of a new one.

    `off` takes it off. Answers which threads changed, so that it can be taken back.
    """
    said = request.POST if request.method == "POST" else request.GET
    threads = reading.meant(forms.read_uids(said.getlist("thread"))[: triage.MOST])
    if request.method != "POST":
        return render(request, MENU, {"choices": labels.choices(request.member, threads)})
    try:
        label = _label(request)
    except ValidationError as error:
        return JsonResponse(
            {"errors": [{"field": "name", "message": error.messages[0]}]}, status=422
        )
    if label is None:
        return JsonResponse({}, status=404)
    given: dict[str, Any] = {"threads": threads, "label": label, "by": request.member}
    off = "off" in request.POST
    change = actions.take_off if off else actions.put_on
    changed = change(**given, at=timezone.now())
    return JsonResponse(
        {
            "text": _words(len(changed), label, off),
            "label": str(label.uid),
            "changed": [str(thread.uid) for thread in changed],
        }
    )


def _label(request: MemberRequest) -> MailLabel | None:
    """The label that is meant; one of that name is made where there is none."""
    name = forms.read_text(request.POST, "name").strip()
    if not name:
        return labels.label(forms.read_uid(request.POST, "label"))
    known = labels.labels().filter(name__iexact=name).first()
    return known or actions.create_label(name=name, by=request.member, at=timezone.now())


def _words(count: int, label: MailLabel, off: bool) -> str:
    if off:
        text = ngettext(
            "“%(name)s” taken off", "“%(name)s” taken off %(count)s conversations", count
        )
    else:
        text = ngettext("“%(name)s” put on", "“%(name)s” put on %(count)s conversations", count)
    return text % {"name": label.name, "count": count}
