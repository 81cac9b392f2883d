"""What colleagues say to each other about a conversation, and whom they let read it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.mailbox import Mailbox
from inbox.models.thread import Thread


class Comment(tenancy.PublicModel):
    """Words between colleagues about what one mailbox holds of a thread; never a mail.

    It is read by whoever may read that, and stands among its mails by its time.
    """

    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="comments")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    # Clean HTML, and its words
    html = models.TextField()
    text = models.TextField()
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    search = SearchVectorField(null=True)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "thread", "created_at"], name="comment_thread"),
            GinIndex(fields=["workspace", "search"], name="comment_search"),
        ]


class ThreadGuest(tenancy.WorkspaceModel):
    """A member who may read what one mailbox holds of a thread, because he was mentioned there."""

    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="guests")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "member", "thread", "mailbox"], name="guest_once"
            )
        ]
        indexes = [models.Index(fields=["workspace", "thread", "mailbox"], name="guest_thread")]
