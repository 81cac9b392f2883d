"""Why something stands as it does, in words for whoever reads it."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sync.providers import texts


class Why(NamedTuple):
    """What happened and what can be done, translated."""

    what: str
    remedy: str


def trouble(code: str) -> Why:
    """A mailbox's or a mail's error by its code; empty words for no error."""
    if not code:
        return Why("", "")
    text = texts.TEXTS.get(code, texts.TEXTS["server.failed"])
    return Why(texts.fill(_(text.what)), _(text.remedy))


def group(reason: str, count: int) -> Why:
    """Decisions of one reason: what to call so many of them, and what it means."""
    match reason:
        case "before_start":
            return Why(
                ngettext(
                    "message older than your start date",
                    "messages older than your start date",
                    count,
                ),
                _("They stay on the server. Choose an earlier date to bring them in."),
            )
        case "gone_before_fetch":
            return Why(
                ngettext(
                    "message deleted before it was read",
                    "messages deleted before they were read",
                    count,
                ),
                _("They were deleted or moved on the server meanwhile."),
            )
        case "folder_off":
            return Why(
                ngettext(
                    "message in a folder you left out", "messages in folders you left out", count
                ),
                _("They stay on the server. Choose their folder to bring them in."),
            )
        case "unknown_sender":
            return Why(
                ngettext("message with nobody you know", "messages with nobody you know", count),
                _("They stay on the server, listed by sender. Bring in single ones or a sender."),
            )
        case "blocked":
            return Why(
                ngettext("message of a blocked sender", "messages of blocked senders", count),
                _("They stay on the server. Take their sender off the block list to see them."),
            )
        case "too_large":
            return Why(
                ngettext("message too large to read", "messages too large to read", count),
                _("Sender, subject and date are shown. Download has all of it."),
            )
        case "same_bytes":
            return Why(
                ngettext("message in a second folder", "messages in a second folder", count),
                _("Stored once, shown in both places."),
            )
        case "own_sent":
            return Why(
                ngettext("copy of mail sent from here", "copies of mail sent from here", count),
                _("Shown once, as the mail you sent."),
            )
    return Why(
        ngettext("message that could not be read", "messages that could not be read", count),
        _("Kept as it came, where the server gave it out. Download has all of it."),
    )


def why(code: str) -> Why:
    """One decision's reason as a sentence, and what to do; empty where nothing is to be said."""
    if not code:
        return Why("", "")
    if code in texts.TEXTS:
        return trouble(code)
    found = group(code, 1)
    return Why(found.remedy, _remedy(code))


def _remedy(code: str) -> str:
    """What a person can do about one message; empty where there is nothing to be done."""
    match code:
        case "before_start" | "folder_off" | "unknown_sender" | "blocked":
            return _("Import it anyway, and it comes in at once.")
        case "too_large" | "gone_before_fetch" | "same_bytes" | "own_sent":
            return ""
    return _("Try it again: it is read anew from the bytes that were kept.")
