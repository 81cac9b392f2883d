"""Saved lists of conversations, as a member finds them in the side bar."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from crm.fields.models import View
from crm.fields.queries import saved
from crm.workspaces.models import Membership
from inbox.queries import search, sidebar

KIND = "thread"


def shown(member: Membership, slug: str, side: sidebar.Side) -> list[tuple[View, str]]:
    """Views with their addresses; one of a mailbox that the member has not is left out."""
    boxes = {str(box.uid) for box in side.mailboxes}
    rows = saved.views_of(member, KIND)
    mine = [row for row in rows if row.filter.get("mailbox", "") in {"", *boxes}]
    return [(row, address(slug, row)) for row in mine]


def address(slug: str, view: View) -> str:
    """The list that the view keeps."""
    said: dict[str, Any] = dict(view.filter)
    folder, mailbox = said.pop("in", "inbox"), said.pop("mailbox", "")
    if folder not in search.PLACES:
        folder = "inbox"
    if mailbox:
        path = reverse("inbox:mailbox", args=[slug, mailbox, folder])
    else:
        path = reverse("inbox:list", args=[slug, folder])
    return f"{path}?{urlencode(said | {'view': view.uid})}"
