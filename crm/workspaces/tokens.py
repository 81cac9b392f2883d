"""Bearer tokens for programs: made once, shown once, kept as a hash."""

import secrets
import string
import zlib
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

ALPHABET = string.ascii_letters + string.digits
SCOPES = (
    "mail:read",
    "mail:write",
    "mailboxes:write",
    "people:read",
    "people:write",
    "deals:read",
    "deals:write",
    "activities:read",
    "activities:write",
    "workspace:read",
    "workspace:write",
)


def new_secret() -> str:
    """`fio_` + 43 random letters and digits (256 bits) + a checksum that secret scanners know."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(43))
    return f"fio_{body}{zlib.crc32(body.encode()):08x}"


class TokenAuthentication(BaseAuthentication):
    """Reads what the middleware found; the workspace is open by then."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        token = getattr(request._request, "token", None)
        if token is not None:
            return token.member.user, token
        if get_authorization_header(request):
            raise AuthenticationFailed(
                _("This token is unknown, expired or revoked. Make a new one in the settings.")
            )
        return None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Fio"'
