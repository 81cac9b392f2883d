"""What is to be done in a project."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.projects.models.projects import Project
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Task(tenancy.PublicModel):
    """One thing to be done; a subtask has a parent that has none."""

    project = tenancy.WorkspaceForeignKey(Project, models.CASCADE, related_name="tasks")
    parent = tenancy.WorkspaceForeignKey("self", models.CASCADE, null=True, related_name="subtasks")
    name = models.CharField(_("name"), max_length=200)
    due_on = models.DateField(_("due"), null=True)
    assignee = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", editable=False
    )
    # Counts changes, so that two people changing at once are told
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "project", "position"], name="task_place"),
            models.Index(
                fields=["workspace", "assignee", "due_on"],
                condition=Q(done_at=None),
                name="task_open",
            ),
            models.Index(fields=["workspace", "parent"], name="task_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def due(self, today: date) -> str:
        """For a mark beside it: "late", "today", or "" for later and for what is done."""
        if self.is_done or self.due_on is None:
            return ""
        return "late" if self.due_on < today else "today" if self.due_on == today else ""
