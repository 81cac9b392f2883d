"""Mail that waits at the door of a mailbox: by sender, brought in once or always."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from crm.ui.render import page_or_part, say
from crm.workspaces.middleware import MemberRequest
from inbox.actions import doors
from inbox.models import Mailbox
from inbox.queries import access, sidebar
from sync.actions import waking
from sync.queries import door as queries

PAGE = "sync/door.html"


@require_http_methods(["GET", "HEAD", "POST"])
def door(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Who waits; POST brings in the mail of a `sender` (verb=import), or always (verb=always)."""
    box = access.mailboxes(request.member).filter(uid=uid).first()
    if box is None:
        raise Http404
    if request.method != "POST":
        return page_or_part(request, PAGE, _context(request, box), part="rows")
    sender, verb = request.POST.get("sender", "").replace("\x00", ""), request.POST.get("verb", "")
    at = timezone.now()
    if verb == "import":
        count = doors.let_in(mailbox=box, addresses=[sender], by=request.member, at=at)
    elif verb == "always" and 0 < len(sender) <= 254:
        count = doors.welcome(mailbox=box, address=sender, by=request.member, at=at)
    elif verb == "never":
        doors.unwelcome(mailbox=box, address=sender)
        count = 0
    else:
        return HttpResponse(status=400)
    waking.make_due(mailbox=box, at=at)
    answer = page_or_part(request, PAGE, _context(request, box), part="rows")
    text = ngettext("%(count)s mail comes in.", "%(count)s mails come in.", count)
    said = text % {"count": count} if verb != "never" else _("Let in like others again.")
    return say(answer, said)


def _context(request: MemberRequest, box: Mailbox) -> dict[str, object]:
    return {
        "place": "health",
        "side": sidebar.side(request.member),
        "mailbox": box,
        "senders": queries.waiting(box),
        "count": queries.count(box),
        "welcome": queries.welcome(box),
        "is_narrow": box.imports == Mailbox.Scope.KNOWN,
    }
