"""A request inside its workspace."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone

from crm.workspaces import tenancy
from crm.workspaces.models import ApiToken, Membership, User, Workspace

Handler = Callable[[HttpRequest], HttpResponseBase]
# A stretch of work is noted once; more often would be a write for every page
NOTED_FOR = timedelta(minutes=5)


class MemberRequest(HttpRequest):
    """A request inside a workspace: what a page's view is given."""

    user: User
    member: Membership
    workspace: Workspace
    token: ApiToken | None


def enter(
    request: HttpRequest,
    member: Membership,
    workspace: Workspace,
    token: ApiToken | None = None,
) -> MemberRequest:
    """Say on the request who asks and where."""
    here = cast(MemberRequest, request)
    here.member, here.workspace, here.token = member, workspace, token
    return here


def is_long_ago(at: datetime | None, span: timedelta) -> bool:
    return at is None or timezone.now() - at > span


def inside(get_response: Handler, request: MemberRequest) -> HttpResponseBase:
    """Answer, and render, with the workspace open.

    A view that talks to the network is marked `non_atomic_requests` and makes its own
    transactions; the guard refuses to connect inside one.
    """
    with tenancy.open_workspace(request.workspace.pk):
        if _leaves_transactions_alone(request):
            return get_response(request)
        with transaction.atomic():
            response = get_response(request)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response = response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def _leaves_transactions_alone(request: HttpRequest) -> bool:
    match = matched(request)
    view = match.func if match is not None else None
    return "default" in getattr(view, "_non_atomic_requests", set())


def matched(request: HttpRequest) -> ResolverMatch | None:
    """The view that is asked for, looked up once for all who ask before it is called."""
    if request.resolver_match is None:
        try:
            request.resolver_match = resolve(request.path_info)
        except Resolver404:
            return None
    return request.resolver_match
