"""What a mail looks like, as a document of its own that can do nothing.

The page frames this address; a direct visit is just as locked in. Scripts never run
here, and nothing is loaded but pictures from the content origin.
"""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.workspaces.middleware import MemberRequest
from inbox import links
from inbox.actions import trusting
from inbox.mime import clean, images
from inbox.models import Attachment, Message, MessageBody
from inbox.views import conversation

SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"


def policy() -> str:
    """The Content-Security-Policy of a mail."""
    return (
        f"sandbox {SANDBOX}; default-src 'none'; img-src {settings.CONTENT_URL} data:; "
        "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )


@require_safe
def body(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One message's document; pictures of other hosts only with ?images=1."""
    row = conversation.may_read(request, uid)
    said = MessageBody.objects.filter(message=row).first()
    html, text = (said.html, said.text) if said else ("", "")
    if html:
        page = clean.document(
            html,
            images=request.GET.get("images") == "1",
            cid_urls=_own_pictures(request, row, html),
            image_url=lambda url: links.make(request.member, links.REMOTE, row.uid, url=url),
            quote_label=_quote_label,
        )
    else:
        page = clean.text_document(text, quote_label=_quote_label)
    response = HttpResponse(page)
    response.headers["Content-Security-Policy"] = policy()
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # A browser that looks up the names in links tells their owners that the mail was opened
    response.headers["X-DNS-Prefetch-Control"] = "off"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _quote_label(lines: int) -> str:
    """What opens the quoted mail."""
    text = ngettext(
        "Show quoted text, %(counter)s line", "Show quoted text, %(counter)s lines", lines
    )
    return text % {"counter": lines}


def _own_pictures(request: MemberRequest, row: Message, html: str) -> dict[str, str]:
    """Signed addresses of the pictures the mail brought itself, by content id."""
    shown = images.cids(html)
    if not shown:
        return {}
    parts = Attachment.objects.filter(message=row, cid__in=shown)
    return {part.cid: links.make(request.member, links.INLINE, part.uid) for part in parts}


@require_POST
def trust(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Always show this sender's pictures, to this member."""
    row = conversation.may_read(request, uid)
    trusting.trust_sender(member=request.member, address=row.sender_address, at=timezone.now())
    return HttpResponse(status=204)
