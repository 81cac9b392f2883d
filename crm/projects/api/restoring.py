"""A deleted task back into its project, for programs."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.projects.actions import deleting, tasks
from crm.projects.api.tasks import TaskShape, visible_tasks
from crm.projects.models import Task
from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions

EXAMPLE = OpenApiExample(
    "A deleted task",
    request_only=True,
    value={"task": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"},
)


class RestoredTaskShape(shapes.Shape):
    """Which task comes back."""

    task = fields.Id(help_text="The id it had.")


class Restoring(Resource):
    """What a program may ask of one project besides what every record has."""

    @extend_schema(
        summary="Restore a task of a project",
        request=RestoredTaskShape,
        responses={201: TaskShape},
        examples=[EXAMPLE],
    )
    @action(detail=True, methods=["post"])
    def task_restoration(self, request: Request, id: str) -> Response:
        """It is there again as the one who asks deleted it, with its subtasks and its id."""
        permissions.require(self.member, "projects.change")
        project = self.get_object()
        uid = fields.as_uid(self.read(RestoredTaskShape)["task"])
        if uid is None:
            raise Http404
        if Task.objects.filter(project=project, uid=uid).exists():
            raise Conflict(_("This task was not deleted."))
        how: dict[str, Any] = {"by": self.member, "at": timezone.now()}
        try:
            made = deleting.bring_back_task(project=project, uid=uid, **how)
        except tasks.TooMany as error:
            raise Conflict(_("No more tasks fit in here.")) from error
        if made is None:
            raise Http404
        row = visible_tasks(self.member).get(pk=made.pk)
        return Response(TaskShape(row).data, status=201, headers={"ETag": f'"{row.version}"'})
