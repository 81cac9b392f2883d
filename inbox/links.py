"""Addresses on the content origin: signed, for five minutes, without a cookie.

The signature names the workspace, the member it was made for and the one thing it opens.
The content origin looks again whether that member may still read it.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse

from crm.workspaces.models import Membership

SALT = "inbox.links"
LASTS = 300
FILE, INLINE, EML, REMOTE, UPLOAD = "file", "inline", "eml", "remote", "upload"


class Expired(Exception):
    """The address was never ours, or its five minutes are over."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a signed address opens: `what` is a public id, `url` a picture elsewhere."""

    workspace_id: int
    member_id: int
    kind: str
    what: str
    url: str = ""


def make(member: Membership, kind: str, what: Any, *, name: str = "", url: str = "") -> str:
    """A complete address; `name` only helps the browser to name what it saves."""
    said = [member.workspace_id, member.pk, kind, str(what), url]
    token = signing.dumps(said, salt=SALT, compress=bool(url))
    path = reverse("content:open", args=[token])
    return f"{settings.CONTENT_URL}{path}{quote(name, safe='')}"


def read(token: str) -> Opened:
    """What the address opens; raises Expired."""
    try:
        workspace_id, member_id, kind, what, url = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise Expired from error
    return Opened(workspace_id, member_id, kind, what, url)
