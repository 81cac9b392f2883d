"""Why somebody can read a conversation or cannot, as one sentence for its panel."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from inbox.mime import sensitive
from inbox.models import MailboxThread, Visibility


def by_rule(rule: str) -> str:
    """What a rule of `mime.sensitive` keeps private; empty for none."""
    return {
        sensitive.CODE: _("It has a code to sign in."),
        sensitive.RESET: _("It is about a password or a sign-in."),
        sensitive.PAYROLL: _("It is about somebody’s pay."),
        sensitive.BANK: _("It is about a bank account or a card."),
    }.get(rule, "")


def kept(threads: Iterable[int]) -> dict[tuple[int, int], str]:
    """The rules that keep threads private, by (thread id, mailbox id); one query."""
    rows = MailboxThread.objects.filter(thread__in=list(threads), lifted_at=None)
    found = rows.exclude(sensitive="").values_list("thread_id", "mailbox_id", "sensitive")
    return {(thread, mailbox): rule for thread, mailbox, rule in found}


def sentence(entry: MailboxThread, *, is_linked: bool, has_guests: bool = False) -> str:
    """The rule that holds for one mailbox's part of a conversation, and that some were let in."""
    text = _rule(entry, is_linked)
    guests = _("Whoever was mentioned in a comment may read it as well.") if has_guests else ""
    return f"{text} {guests}".rstrip()


def _rule(entry: MailboxThread, is_linked: bool) -> str:
    if entry.sensitive and entry.lifted_at is None:
        text = _("%(reason)s Fio keeps it private: no default and no link shares it.")
        return text % {"reason": by_rule(entry.sensitive)}
    if entry.visibility == Visibility.PRIVATE:
        return _("Private: only whose mailbox it is reads it, whatever it is linked to.")
    if entry.visibility == Visibility.TEAM:
        return _("Team only: those who work in the mailbox read it.")
    if not is_linked:
        return _("Shared, but linked to no record: nobody else reads it yet.")
    return _("Shared: whoever sees a record it is linked to reads it. Only its mailbox answers.")
