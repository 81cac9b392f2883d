"""The OpenAPI schema: what each operation needs and answers, and in how many ways it says no."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from crm.ui.rest import resources, scopes, shapes

REFUSALS = {
    "400": "The request has errors; `errors` names the fields.",
    "401": "There is no token, or it is revoked, expired or not one of ours.",
    "403": "The token lacks the scope, or the member's role does not allow it.",
    "404": "Foreign or absent: nothing here, or nothing that you may see.",
    "405": "This address does not know the method.",
    "429": "Too many requests; `Retry-After` says how many seconds to wait.",
}
WITH_BODY = {
    "413": "More bytes than are taken at once.",
    "415": "Another content type than the one named here.",
}
FOR_POST = {
    "409": "Not in its present state, or the first request with this key is still at work.",
    "422": "The Idempotency-Key was used for another request.",
}
FOR_CHANGES = {"409": "Not in its present state."}

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "example": "about:blank"},
        "title": {"type": "string", "example": "The request has errors"},
        "status": {"type": "integer", "example": 400},
        "detail": {"type": "string", "example": "address: Enter a valid email address."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message", "code"],
                "properties": {
                    "field": {"type": "string", "example": "address"},
                    "message": {"type": "string", "example": "Enter a valid email address."},
                    "code": {"type": "string", "example": "invalid"},
                },
            },
        },
    },
}
COUNTS = {
    "RateLimit-Limit": "How many requests the token has in a window.",
    "RateLimit-Remaining": "How many of them are left.",
    "RateLimit-Reset": "In how many seconds the next window begins.",
}


class Schema(AutoSchema):
    """drf-spectacular's own, told what our resources check by themselves."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        declared = list(super().get_override_parameters())
        if self._query().declared():
            declared.append(self._query())
        if self.method == "POST":
            declared.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
                    OpenApiParameter.HEADER,
                    description="Sent again with the same key, the request is not done again: "
                    "the first answer comes back, with `Idempotent-Replayed: true`.",
                )
            )
        if self.method == "PATCH" and self.view.versioned:
            declared.append(
                OpenApiParameter(
                    "If-Match",
                    {"type": "string", "maxLength": 16},
                    OpenApiParameter.HEADER,
                    description="The `version` (or ETag) that was read: 409 when it was changed "
                    "since, and nothing is overwritten.",
                )
            )
        return declared

    def _query(self) -> type[shapes.Query]:
        kind: type[shapes.Query] = self.view.parameters()
        return kind

    def get_description(self) -> str:  # type: ignore[override]
        scope = scopes.needed(self.view, self.method)
        needs = f"Needs the scope `{scope}`." if scope else "Any token will do."
        return f"{super().get_description()}\n\n{needs}"

    def get_extensions(self) -> dict[str, Any]:
        return {"x-scope": scopes.needed(self.view, self.method)}

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def _get_paginator(self) -> Any:
        paginator: Any = super()._get_paginator
        return paginator() if self.view.action == "list" else None

    def _get_pagination_parameters(self) -> list[Any]:
        return []

    def _get_serializer_name(
        self, serializer: Any, direction: Any, bypass_extensions: bool = False
    ) -> str:
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return name.replace("Shape", "")

    def get_filter_backends(self) -> list[Any]:
        return []

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = super()._get_parameters()
        for parameter in parameters:
            if parameter["in"] == "path":
                parameter["schema"] = {"type": "string"}
                parameter["description"] = "The id, as it was given."
        return parameters


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token is shown: as a bearer (RFC 6750)."""

    target_class = "crm.workspaces.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        text = "`Authorization: Bearer fio_…`; a token belongs to one user in one workspace."
        return {"type": "http", "scheme": "bearer", "description": text}


def documented(endpoints: list[Any], **_: Any) -> list[Any]:
    """Resources only, each under one address."""
    return [
        each
        for each in endpoints
        if each[0] != "/api/v1/me/" and issubclass(each[3].cls, resources.Resource)
    ]


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add to every operation how it refuses, and close every request against unknown fields."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for name, schema in schemas.items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
    for operations in result["paths"].values():
        for method, operation in operations.items():
            _let_choose(schemas, operation)
            if operation.get("security"):
                _refuse(method, operation)
    return result


def _let_choose(schemas: dict[str, Any], operation: dict[str, Any]) -> None:
    """Where `fields` picks some of a resource, only its id is certain to be in the answer."""
    if not any(each["name"] == "fields" for each in operation.get("parameters", ())):
        return
    for media in operation["responses"].get("200", {}).get("content", {}).values():
        shape = _named(schemas, media["schema"])
        rows = shape.get("properties", {}).get("results", {}).get("items")
        (_named(schemas, rows) if rows else shape)["required"] = ["id"]


def _named(schemas: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (
        schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    )
    return found


def _refuse(method: str, operation: dict[str, Any]) -> None:
    refusals = dict(REFUSALS)
    if method == "post":
        refusals |= FOR_POST
    elif method != "get":
        refusals |= FOR_CHANGES
    if "requestBody" in operation:
        refusals |= WITH_BODY
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for response in operation["responses"].values():
        response["headers"] = response.get("headers", {}) | {
            name: {"schema": {"type": "string"}, "description": text}
            for name, text in COUNTS.items()
        }
    for code, text in refusals.items():
        operation["responses"].setdefault(code, {"description": text, "content": content})
