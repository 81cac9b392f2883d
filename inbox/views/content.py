"""Files, pictures and raw mail, by signed addresses that the content origin opens."""

import hashlib
import re
from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import connections, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.workspaces import directory, guard
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import open_workspace
from inbox import links, remote
from inbox.mime import cutting, images, names, source
from inbox.models import Attachment, Message, MessageBody
from inbox.queries import access, blobs, sidebar, templates
from inbox.views import conversation

PLAIN = "application/octet-stream"
# What a header can carry; a sender may have written anything
TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
# What a browser might run if it ever got round the attachment header
ACTIVE = ("html", "xml", "svg", "javascript", "ecmascript", "mhtml", "xsl")
KEPT_FOR, KEPT_UP_TO = 3600, 512 * 1024
A_MINUTE = 600


@require_safe
def attachment(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """From the page to the content origin; the address there is good for five minutes."""
    file = Attachment.objects.filter(uid=uid).first()
    if file is None or not _may_read(request.member, file.message_id):
        raise Http404
    name = file.filename or names.made(file.content_type)
    return redirect(links.make(request.member, links.FILE, file.uid, name=name))


@require_safe
def upload(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A picture put into a text that is being written, from the content origin."""
    if not templates.usable(request.member).filter(uid=uid).exists():
        raise Http404
    return redirect(links.make(request.member, links.UPLOAD, uid))


@require_safe
def raw(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The mail as it came: a page to look at it, or with ?download the file to keep."""
    row = conversation.may_read(request, uid)
    if "download" in request.GET:
        return redirect(links.make(request.member, links.EML, row.uid, name=f"{row.uid}.eml"))
    whole = blobs.data(row.blob_id)
    head, body = source.split(whole)
    context = {
        "message": row,
        "back_url": reverse("inbox:thread", args=[workspace, row.thread.uid]),
        "download_url": f"{request.path}?download",
        "head": source.legible(head),
        "body": source.legible(body[: source.SHOWN]),
        "size": len(whole),
        "is_cut": len(body) > source.SHOWN,
        "side": sidebar.side(request.member),
    }
    return render(request, "inbox/raw.html", context)


@require_safe
def opened(request: HttpRequest, token: str, name: str = "") -> HttpResponse:
    """Whatever a signed address opens, on the origin that has no cookies."""
    try:
        found = links.read(token)
    except links.Expired:
        words = _("This address is over. Go back to the page and open the file again.")
        return _locked(HttpResponse(words, content_type="text/plain; charset=utf-8", status=410))
    with open_workspace(found.workspace_id):
        return _locked(KINDS[found.kind](found))


def _locked(response: HttpResponse) -> HttpResponse:
    headers = response.headers
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    # The page lives on another site, so a picture must be allowed to be shown there
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers.setdefault("Cache-Control", "private, no-store")
    return response


def _member(found: links.Opened) -> Membership:
    member = directory.standing(found.member_id)
    if member is None:
        raise Http404
    return member


def _may_read(member: Membership, message_id: int) -> bool:
    return access.messages(member).filter(pk=message_id).exists()


def _part(found: links.Opened) -> tuple[Attachment, bytes]:
    """An attachment and its bytes, cut out of the mail; raises Http404."""
    with transaction.atomic():
        file = Attachment.objects.select_related("message").filter(uid=found.what).first()
        if file is None or not _may_read(_member(found), file.message_id):
            raise Http404
        whole = blobs.data(file.message.blob_id)
    try:
        return file, cutting.part_bytes(whole, file.part)
    except KeyError as error:
        raise Http404 from error


def _file(found: links.Opened) -> HttpResponse:
    file, data = _part(found)
    kind = file.content_type.lower()
    if any(word in kind for word in ACTIVE) or not TYPE.fullmatch(kind):
        kind = PLAIN
    return _saved(data, kind, file.filename or names.made(file.content_type))


def _saved(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = _disposition(name)
    return response


def _disposition(name: str) -> str:
    """The name twice, as RFC 6266 asks: plainly for old programs, encoded for the others."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _inline(found: links.Opened) -> HttpResponse:
    _attachment, data = _part(found)
    return _picture(remote.kind_of(data), data)


def _picture(kind: str | None, data: bytes) -> HttpResponse:
    if kind is None:
        raise Http404
    response = HttpResponse(data, content_type=kind)
    response.headers["Cache-Control"] = f"private, max-age={links.LASTS}"
    return response


def _message(found: links.Opened) -> Message:
    row = access.messages(_member(found)).filter(uid=found.what).first()
    if row is None:
        raise Http404
    return row


def _eml(found: links.Opened) -> HttpResponse:
    with transaction.atomic():
        data = blobs.data(_message(found).blob_id)
    return _saved(data, "message/rfc822", f"{found.what}.eml")


def _remote(found: links.Opened) -> HttpResponse:
    """A picture of another host, if this mail shows it and it is one."""
    with transaction.atomic():
        row = _message(found)
        body = MessageBody.objects.filter(message=row).first()
        if body is None or found.url not in images.remote(body.html):
            raise Http404
    name = f"picture:{found.workspace_id}:{hashlib.sha256(found.url.encode()).hexdigest()}"
    kept = cache.get(name)
    if kept is None:
        _count(found.workspace_id)
        try:
            kept = remote.fetch(found.url, policy=_policy())
        except remote.NoPicture as error:
            raise Http404 from error
        if len(kept[1]) <= KEPT_UP_TO:
            cache.set(name, kept, KEPT_FOR)
    return _picture(*kept)


def _count(workspace_id: int) -> None:
    """At most so many pictures a minute for a workspace; more are as good as missing."""
    name = f"pictures:{workspace_id}"
    cache.add(name, 0, 60)
    try:
        count = cache.incr(name)
    except ValueError:
        return  # the minute was over just now
    if count > A_MINUTE:
        raise Http404


def _policy() -> guard.Policy:
    return guard.Policy(
        allow_private=settings.ALLOW_PRIVATE_HOSTS,
        allow=settings.ALLOW_HOSTS,
        before_connect=_outside_transactions,
    )


def _outside_transactions() -> None:
    if connections["default"].in_atomic_block:
        raise RuntimeError("no network inside a transaction")


def _upload(found: links.Opened) -> HttpResponse:
    """A picture of what is being written; of another file nothing is shown."""
    with transaction.atomic():
        row = templates.usable(_member(found)).filter(uid=found.what).first()
        if row is None:
            raise Http404
        data = blobs.data(row.blob_id)
    return _picture(remote.kind_of(data), data)


KINDS: dict[str, Callable[[links.Opened], HttpResponse]] = {
    links.FILE: _file,
    links.INLINE: _inline,
    links.EML: _eml,
    links.REMOTE: _remote,
    links.UPLOAD: _upload,
}
