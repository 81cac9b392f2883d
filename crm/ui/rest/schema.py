"""The OpenAPI schema: what each operation needs and answers."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """drf-spectacular's own, with our conventions."""
