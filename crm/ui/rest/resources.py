"""What a REST resource is: who may ask, what may be asked, and one transaction for the effect."""

from typing import Any, ClassVar

from django.db import connections, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm.ui.rest import fields, idempotency, parsing, shapes
from crm.ui.rest.refusals import TooBig
from crm.workspaces.models import ApiToken, Membership

WRITING = ("POST", "PUT", "PATCH", "DELETE")


class Resource(GenericViewSet[Any]):
    """Rows of the opened workspace that the token's member may see, by their public ids.

    A resource says which scope reads and which one writes, which shape a row has in an
    answer, and which parameters a list knows. Everything else is refused here.
    """

    parser_classes: Any = [parsing.Json]
    content_negotiation_class = parsing.OneAnswer
    metadata_class = None
    http_method_names = ["get", "head", "post", "patch", "delete"]
    # Bytes of a request; what is longer is not even read
    largest_body: ClassVar[int] = 10_000_000
    lookup_url_kwarg = "id"
    lookup_value_regex = "[^/]+"
    read_scope: ClassVar[str | None]
    write_scope: ClassVar[str | None] = None
    list_query: type[shapes.Query] = shapes.PageQuery
    query_class: type[shapes.Query] = shapes.Query
    ordering: tuple[str, ...] = ("-id",)
    # Whether a change may name the version it was made for, in `If-Match`
    versioned: ClassVar[bool] = False
    # Fields of an answer that are told once and never kept
    shown_once: tuple[str, ...] = ()

    @property
    def member(self) -> Membership:
        """Who asks."""
        here: Any = self.request._request
        member: Membership = here.member
        return member

    @property
    def token(self) -> ApiToken:
        """What opened the door."""
        token: Any = self.request.auth
        found: ApiToken = token
        return found

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.largest_body:
            raise TooBig
        self.asked = self.read_query(request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """As DRF does it, with the handler run once per key and undone when it fails."""
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        self.request = self.initialize_request(request, *args, **kwargs)
        method = (self.request.method or "").lower()
        try:
            self.initial(self.request, *args, **kwargs)
            known = method in self.http_method_names
            handler = getattr(self, method, None) if known else None
            handler = handler or self.http_method_not_allowed
            response = idempotency.once(
                self.request, self, lambda: self._run(handler, *args, **kwargs)
            )
        except Exception as error:  # noqa: BLE001 (DRF turns what it knows into answers)
            response = self.handle_exception(error)
        self.response = self.finalize_response(self.request, response, *args, **kwargs)
        return self.response

    def _run(self, handler: Any, *args: Any, **kwargs: Any) -> Any:
        if not connections["default"].in_atomic_block or self.request.method not in WRITING:
            return handler(self.request, *args, **kwargs)
        with transaction.atomic():
            response = handler(self.request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            return response

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in getattr(request._request, "rate_limit", {}).items():
            response[name] = value
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def get_serializer_context(self) -> dict[str, Any]:
        # The schema is made without anybody asking
        asking = self.member if getattr(self.request, "auth", None) is not None else None
        return {**super().get_serializer_context(), "member": asking}

    def parameters(self) -> type[shapes.Query]:
        """What the address of this action may say behind its question mark."""
        return self.list_query if self.action == "list" else self.query_class

    def read_query(self, request: Request) -> dict[str, Any]:
        """The parameters, checked; unknown and repeated ones are refused."""
        if (request.method or "").lower() not in (self.action_map or {}):
            return {}
        repeated = [name for name, values in request.query_params.lists() if len(values) > 1]
        if repeated:
            text = _("Give this parameter once.")
            raise ValidationError({name: [text] for name in repeated}, code="repeated")
        shape = self.parameters()(
            data=request.query_params.dict(),
            context={"member": self.member, "request_query": True},
        )
        shape.is_valid(raise_exception=True)
        checked: dict[str, Any] = shape.validated_data
        return checked

    def read(self, shape: type[shapes.Shape], *, partial: bool = False) -> dict[str, Any]:
        """The body, checked; raises ValidationError naming the field."""
        filled = shape(
            data=self.request.data, partial=partial, context=self.get_serializer_context()
        )
        filled.is_valid(raise_exception=True)
        checked: dict[str, Any] = filled.validated_data
        return checked

    def seen_version(self) -> int | None:
        """The version of `If-Match`, which must still be the record's."""
        given = self.request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        if not given or given == "*":
            return None
        if not (given.isascii() and given.isdigit()) or len(given) > 9:
            raise ValidationError({"If-Match": [_("Give the version you read.")]}, code="invalid")
        return int(given)

    def rows(self) -> QuerySet[Any]:
        """The rows this member may see; each resource says its own."""
        raise Http404

    def named(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those whose name has what `q` asks for (`shapes.NamedQuery`)."""
        typed = self.asked.get("q", "").strip()
        return rows.filter(name__icontains=typed) if typed else rows

    def dated(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """What `named` finds, of it what changed since `updated_since` (`shapes.DatedQuery`)."""
        since = self.asked.get("updated_since")
        if since is None:
            return self.named(rows)
        self.ordering = ("updated_at", "id")
        return self.named(rows).filter(updated_at__gte=since)

    def get_object(self) -> Any:
        """The row of the address, or 404 for foreign, absent and malformed ids alike."""
        uid = fields.as_uid(str(self.kwargs["id"]))
        found = self.rows().filter(uid=uid).first() if uid is not None else None
        if found is None:
            raise Http404
        return found

    def shown(self, row: Any, code: int = 200, **headers: str) -> Response:
        """A row in this resource's shape."""
        return Response(self.get_serializer(row).data, status=code, headers=headers)

    def page(self, rows: QuerySet[Any]) -> Response:
        """One page of rows in this resource's shape."""
        chosen = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(chosen, many=True).data)
