"""Single messages that belong to a record, and threads that were joined or parted by hand."""

from django.db import models

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.message import Message
from inbox.models.thread import Thread, ThreadLink


class LinkedMessage(tenancy.WorkspaceModel):
    """One of the messages that a link means; a link without any means its whole thread.

    Whoever may read a shared thread through a link reads all of it: this says which mails
    stand with the record.
    """

    link = tenancy.WorkspaceForeignKey(ThreadLink, models.CASCADE, related_name="messages")
    message = tenancy.WorkspaceForeignKey(Message, models.CASCADE, related_name="+")

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "link", "message"], name="linked_message_once"
            )
        ]
        indexes = [models.Index(fields=["workspace", "message"], name="linked_message")]


class Parting(tenancy.WorkspaceModel):
    """Two threads that no mail may join any more, only a person; `thread` has the smaller id."""

    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="+")
    other = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="+")

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "thread", "other"], name="parted_once"),
        ]
        indexes = [models.Index(fields=["workspace", "other"], name="parted_other")]


class ThreadMerge(tenancy.PublicModel):
    """A thread that somebody made a part of another, and all it takes to part them again."""

    into = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="+")
    other = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="+")
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    # Ids of what moved and rows of both as they were, by model, as `actions.keeping` writes them
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "into"], name="thread_merge_into"),
            models.Index(fields=["workspace", "other"], name="thread_merge_other"),
        ]
