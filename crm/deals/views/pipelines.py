"""Which pipeline a page shows."""

from django.http import Http404
from django.utils import timezone

from crm.deals import actions
from crm.deals.models import Pipeline
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.statements import Statement

# The currency people of a country sell in, where a workspace has none yet
HOME = {"pt-br": "BRL"}
OPEN = Statement(lambda: Pipeline.objects.filter(closed_at=None).order_by("position", "pk"))


def offered(request: MemberRequest) -> list[Pipeline]:
    """The pipelines one sells in, the first one made now where there is none."""
    found = OPEN.rows()
    if not found:
        code = HOME.get(request.user.language.lower(), "EUR")
        actions.prepare_selling(by=request.member, at=timezone.now(), currency=code)
        found = OPEN.rows()
    return found


def chosen(typed: str, found: list[Pipeline]) -> Pipeline:
    """The pipeline named in the address, or the first one."""
    for pipeline in found:
        if str(pipeline.uid) == typed:
            return pipeline
    if typed or not found:
        raise Http404
    return found[0]
