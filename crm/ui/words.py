"""Sentences the page's scripts say: one string, or (singular, plural) with `%(count)s`."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as n_

# Mails are written in either language, whatever the page speaks
ATTACHED = "attached,attachment,enclosed,anexo,anexei,anexado,anexada"


def _pair(one: str, many: str) -> list[str]:
    return [_(one), _(many)]


def words() -> dict[str, str | list[str]]:
    """Everything static/js says, in the language of this request."""
    return {**_triage(), **_composer(), **_page()}


def _triage() -> dict[str, str | list[str]]:
    return {
        "done": _pair(n_("Conversation done"), n_("%(count)s conversations done")),
        "undone": _pair(n_("Back in the inbox"), n_("%(count)s conversations back in the inbox")),
        "archive": _pair(n_("Conversation archived"), n_("%(count)s conversations archived")),
        "unarchive": _pair(
            n_("Taken out of the archive"), n_("%(count)s conversations taken out of the archive")
        ),
        "trash": _pair(
            n_("Conversation moved to the trash"), n_("%(count)s conversations moved to the trash")
        ),
        "untrash": _pair(
            n_("Taken out of the trash"), n_("%(count)s conversations taken out of the trash")
        ),
        "spam": _pair(n_("Marked as spam"), n_("%(count)s conversations marked as spam")),
        "unspam": _pair(n_("Not spam"), n_("%(count)s conversations are not spam")),
        "read": _pair(n_("Marked as read"), n_("%(count)s conversations marked as read")),
        "unread": _pair(n_("Marked as unread"), n_("%(count)s conversations marked as unread")),
        "unsnooze": _pair(
            n_("Back where it was"), n_("%(count)s conversations back where they were")
        ),
        "all_matching": _("Choose all %(count)s of this list"),
        "all_matching_open": _("Choose all of this list, more than %(count)s"),
        "all_chosen": _("All of this list are chosen"),
        "swept": _("Begun. It goes on if you leave this page."),
        "swept_done": _pair(
            n_("Done with 1 conversation"), n_("Done with %(count)s conversations")
        ),
        "linked": _pair(n_("Linked to %(name)s"), n_("%(count)s conversations linked to %(name)s")),
        "make_label": _("Make the label “%(name)s”"),
        "undo": _("Undo"),
        "not_here": _("That cannot be done on this page."),
        "undo_failed": _("That could not be undone. Reload the page to see how it stands."),
        "triage_failed": _("The server did not take that. The conversation is back where it was."),
        "selected": _pair(n_("1 selected"), n_("%(count)s selected")),
        "position": _("%(at)s of %(total)s"),
        "position_open": _("%(at)s of more than %(total)s"),
        "notice_reminder": _("Reminder: %(subject)s"),
        "notice_mention": _("Somebody mentioned you in a note."),
        "notice_answered": _("They answered first: “%(subject)s” is a draft again."),
        "notice_silence": _("Nobody has answered “%(subject)s”."),
        "notice_comment": _("Somebody mentioned you in a comment."),
        "notice_given": _("A conversation was assigned to you."),
        "notice_assigned": _("Something to do for you: %(subject)s"),
        "new_mail": _pair(n_("1 new conversation"), n_("%(count)s new conversations")),
    }


def _composer() -> dict[str, str | list[str]]:
    return {
        "saving": _("Saving"),
        "saved": _("Saved %(time)s"),
        "not_saved": _("Not saved yet. Trying again in a moment."),
        "draft_conflict": _("Not saved: the draft was changed meanwhile."),
        "draft_other": _("It was changed in another window, or sent, or thrown away."),
        "draft_colleague": _("%(name)s went on with this draft."),
        "draft_held": _("Nothing is overwritten: what stands here is not saved"),
        "draft_show": _("Show what stands now"),
        "draft_mine": _("What you wrote can go on as a draft of your own."),
        "draft_keep": _("Keep mine as well"),
        "sends_in": _pair(n_("Sends in 1 s"), n_("Sends in %(count)s s")),
        "stop_it": _("Stop it"),
        "goes_later": _("Goes %(time)s"),
        "sent": _("On its way. The Outbox shows when it is sent."),
        "stopped": _("Stopped. It is a draft again."),
        "not_stopped": _("Too late to stop, the server already has it."),
        "send_failed": _("Not sent. Your draft is safe."),
        "discarded": _("Draft thrown away"),
        "remove": _("Remove %(name)s"),
        "stop_upload": _("Stop or remove %(name)s"),
        "uploading": _("%(name)s, %(done)s of %(total)s"),
        "upload_failed": _("%(name)s did not arrive. Take it out and try again."),
        "too_big": _(
            "%(name)s is larger than 25 MB, the most a mail can carry. Send a link to it instead."
        ),
        "fields_none": _("No field has this name."),
        "uploads_running": _("A file is still on its way. Wait for it, or take it out."),
        "no_recipient": _("Nobody is in To. Add an address."),
        "bad_address": _("%(name)s is not a full address."),
        "no_subject": _("The subject is empty."),
        "no_words": _("The text is empty."),
        "no_file": _("The text says a file is attached, and none is."),
        "attach_words": ATTACHED,
        "guard_fix": _pair(
            n_("Fix 1 thing before you send"), n_("Fix %(count)s things before you send")
        ),
        "guard_check": _pair(
            n_("Check 1 thing, then send again"), n_("Check %(count)s things, then send again")
        ),
        "guard_held": _("Answered meanwhile, so yours is held"),
        "send_anyway": _("Send anyway"),
        "held_edit": _("Read the answer above, and change yours to fit."),
        "edit_it": _("Edit"),
        "held_discard": _("Nothing is left to say. The draft can be had back."),
        "discard_it": _("Discard"),
        "fix": _("Go there"),
        "see_it": _("Look at it"),
        "write_here": _("Write your message"),
        "link_wrong": _("This is no address. Write it as fio.example or https://fio.example/."),
    }


def _page() -> dict[str, str | list[str]]:
    return {
        "offline": _("You are offline. What you write is kept here and sent to the server later."),
        "online": _("Back online."),
        "server_trouble": _("The server did not answer. Nothing is lost; try again in a moment."),
        "gone": _("This is no longer here. Somebody may have moved it."),
        "too_fast": _("That was a lot at once. Wait a moment and try again."),
        "copied": _("Copied"),
        "dismiss": _("Close"),
        "switch_saved": _("Saved"),
        "switch_failed": _("Not saved. The switch is back where it was."),
        "order_failed": _("The order was not saved. Reload the page to see how it stands."),
    }
