"""Every change of every record, for those who administer the workspace."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.fields.queries import recent
from crm.fields.views.kinds import KINDS, kind_of
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership

PAGE = "crm/fields/settings/audit.html"
# What was done, by the second half of an event's verb
DONE = {
    "created": _("added"),
    "changed": _("changed"),
    "moved": _("moved"),
    "won": _("won"),
    "lost": _("lost"),
    "reopened": _("opened again"),
    "trashed": _("moved to the trash"),
    "restored": _("taken out of the trash"),
    "removed": _("deleted for good"),
    "merged": _("merged"),
    "parted": _("made two again"),
    "converted": _("converted"),
    "returned": _("turned back into a lead"),
    "archived": _("archived"),
    "unarchived": _("taken out of the archive"),
    "done": _("finished"),
    "task_added": _("given a task"),
    "task_changed": _("given another task text or date"),
    "task_done": _("one task further"),
    "task_removed": _("rid of a task"),
    "task_brought_back": _("given a removed task back"),
    "task_reopened": _("given a task back"),
    "tasks_ordered": _("given another order of tasks"),
}


@never_cache
@require_safe
def audit(request: MemberRequest, workspace: str) -> HttpResponse:
    """Fifty changes at a time, the last first, of `?kind=` and `?by=`; part `more`."""
    permissions.require(request.member, "audit.see")
    word, typed = request.GET.get("kind", ""), request.GET.get("by", "")
    if word:
        kind_of(word)
    here = Membership.objects.using("default").filter(workspace_id=request.workspace.pk)
    everybody = list(here.order_by("name", "pk"))
    by = next((member for member in everybody if _is(member, typed)), None)
    rows, after = recent.recent(
        request.member, kind=word, by=by, after=request.GET.get("after", "")
    )
    context = {
        "section": "audit",
        "place": "settings",
        "kinds": list(KINDS.values()),
        "chosen": word,
        "by": by,
        "everybody": everybody,
        "rows": [(row, KINDS[row.kind], DONE.get(row.what, row.what)) for row in rows],
        "after": after,
    }
    return page_or_part(request, PAGE, context, part="more" if "after" in request.GET else None)


def _is(member: Membership, typed: str) -> bool:
    try:
        return member.uid == UUID(typed)
    except ValueError:
        return False
