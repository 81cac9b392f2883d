"""What a team writes together: whoever may go on with a draft hears when it changes.

A draft is saved after every pause, so this is no event of the history: open pages are told, and
nothing is kept.
"""

from functools import partial

from django.db import transaction

from crm.ui import live
from inbox.models import Draft, Mailbox, Thread
from inbox.queries import workers


def tell(draft: Draft, *others: int | None) -> None:
    """After commit, tell whoever writes there; `others` are members who did until now."""
    boxes = Mailbox.objects.filter(pk=draft.mailbox_id, kind=Mailbox.Kind.TEAM)
    members = workers.ids(boxes.values_list("pk", flat=True))
    members |= {pk for pk in (draft.author_id, *others) if pk is not None}
    topics = ["drafts"]
    if draft.thread_id is not None:
        uids = Thread.objects.filter(pk=draft.thread_id).values_list("uid", flat=True)
        topics += [f"drafts:{uid}" for uid in uids]
    for topic in topics:
        said = partial(live.publish, workspace_id=draft.workspace_id, members=members, topic=topic)
        transaction.on_commit(said)
