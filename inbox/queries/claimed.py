"""Mail that only says it is from here: anybody may write our address into From."""

from django.db.models import Exists, OuterRef, Q

from inbox.models import Folder, LedgerEntry, Message


def merely(path: str = "") -> Q:
    """Mails that lie only where mail is delivered, and that we did not send.

    A mail of ours may lie there as well, where it went to us too. `path` leads from the rows
    that are asked to their message, such as "message__".
    """
    lying = LedgerEntry.objects.filter(message=OuterRef(f"{path}pk"))
    delivered = lying.filter(folder__role__in=Folder.DELIVERED)
    elsewhere = lying.exclude(folder__role__in=Folder.DELIVERED)
    sent_here = Q(**{f"{path}origin": Message.Origin.SENT_HERE})
    return Q(Exists(delivered)) & ~Q(Exists(elsewhere)) & ~sent_here
