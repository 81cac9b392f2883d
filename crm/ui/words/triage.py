"""What the scripts of lists and mails say."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as n_

from crm.ui.words.pairs import pair


def triage() -> dict[str, str | list[str]]:
    return {
        "done": pair(n_("Conversation done"), n_("%(count)s conversations done")),
        "undone": pair(n_("Back in the inbox"), n_("%(count)s conversations back in the inbox")),
        "archive": pair(n_("Conversation archived"), n_("%(count)s conversations archived")),
        "unarchive": pair(
            n_("Taken out of the archive"), n_("%(count)s conversations taken out of the archive")
        ),
        "trash": pair(
            n_("Conversation moved to the trash"), n_("%(count)s conversations moved to the trash")
        ),
        "untrash": pair(
            n_("Taken out of the trash"), n_("%(count)s conversations taken out of the trash")
        ),
        "spam": pair(n_("Marked as spam"), n_("%(count)s conversations marked as spam")),
        "unspam": pair(n_("Not spam"), n_("%(count)s conversations are not spam")),
        "read": pair(n_("Marked as read"), n_("%(count)s conversations marked as read")),
        "unread": pair(n_("Marked as unread"), n_("%(count)s conversations marked as unread")),
        "unsnooze": pair(
            n_("Back where it was"), n_("%(count)s conversations back where they were")
        ),
        "all_matching": _("Choose all %(count)s of this list"),
        "all_matching_open": _("Choose all of this list, more than %(count)s"),
        "all_chosen": _("All of this list are chosen"),
        "swept": _("Begun. It goes on if you leave this page."),
        "swept_done": pair(n_("Done with 1 conversation"), n_("Done with %(count)s conversations")),
        "linked": pair(n_("Linked to %(name)s"), n_("%(count)s conversations linked to %(name)s")),
        "make_label": _("Make the label “%(name)s”"),
        "undo": _("Undo"),
        "not_here": _("That cannot be done on this page."),
        "undo_failed": _("That could not be undone. Reload the page to see how it stands."),
        "triage_failed": _("The server did not take that. The conversation is back where it was."),
        "selected": pair(n_("1 selected"), n_("%(count)s selected")),
        "position": _("%(at)s of %(total)s"),
        "position_open": _("%(at)s of more than %(total)s"),
        "notice_reminder": _("Reminder: %(subject)s"),
        "notice_mention": _("Somebody mentioned you in a note."),
        "notice_answered": _("They answered first: “%(subject)s” is a draft again."),
        "notice_silence": _("Nobody has answered “%(subject)s”."),
        "notice_comment": _("Somebody mentioned you in a comment."),
        "notice_given": _("A conversation was assigned to you."),
        "notice_assigned": _("Something to do for you: %(subject)s"),
        "new_mail": pair(n_("1 new conversation"), n_("%(count)s new conversations")),
    }
