"""Addresses of files on the content origin: signed, for five minutes, without a cookie.

The signature names the workspace, the member it was made for and the file; the content origin
looks again whether that member may still see it.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse

from crm.timeline.models import File
from crm.workspaces.models import Membership

SALT = "timeline.links"
LASTS = 300


class Expired(Exception):
    """The address was never ours, or its five minutes are over."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a signed address opens, and for whom."""

    workspace_id: int
    member_id: int
    uid: str


def make(member: Membership, file: File) -> str:
    """A complete address; the name in it only helps the browser to name what it saves."""
    token = signing.dumps([member.workspace_id, member.pk, str(file.uid)], salt=SALT)
    path = reverse("files:open", args=[token])
    return f"{settings.CONTENT_URL}{path}{quote(file.name, safe='')}"


def read(token: str) -> Opened:
    """What the address opens; raises Expired."""
    try:
        workspace_id, member_id, uid = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise Expired from error
    return Opened(workspace_id, member_id, uid)
