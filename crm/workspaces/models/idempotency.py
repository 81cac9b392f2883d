"""Requests of programs that have their effect once."""

from django.db import models
from django.utils import timezone

from crm.workspaces import tenancy


class IdempotencyKey(tenancy.WorkspaceModel):
    """The first answer to a POST, given again to whoever sends the same key."""

    token_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    request_hash = models.BinaryField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "token_id", "key"], name="key_once"),
        ]
        indexes = [models.Index(fields=["workspace", "token_id", "created_at"], name="key_age")]
