"""Which pipeline a page shows."""

from django.http import Http404
from django.utils import timezone

from crm.deals import actions
from crm.deals.models import Pipeline
from crm.workspaces.middleware import MemberRequest

# The currency people of a country sell in, where a workspace has none yet
HOME = {"pt-br": "BRL"}


def offered(request: MemberRequest) -> list[Pipeline]:
    """The pipelines one sells in, the first one made now where there is none."""
    found = list(Pipeline.objects.filter(closed_at=None).order_by("position", "pk"))
    if not found:
        code = HOME.get(request.user.language.lower(), "EUR")
        actions.prepare_selling(by=request.member, at=timezone.now(), currency=code)
        found = list(Pipeline.objects.filter(closed_at=None).order_by("position", "pk"))
    return found


def chosen(typed: str, found: list[Pipeline]) -> Pipeline:
    """The pipeline named in the address, or the first one."""
    for pipeline in found:
        if str(pipeline.uid) == typed:
            return pipeline
    if typed or not found:
        raise Http404
    return found[0]
