"""Answers that are no JSON. An outsider wrote them: nothing in them runs, nothing is guessed."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse

POLICY = "sandbox; default-src 'none'"
# What a framed mail may do: be styled, show pictures of ours and open links
FRAME_POLICY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    f"img-src {settings.CONTENT_URL} data:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'"
)


def file(data: bytes, content_type: str, name: str) -> HttpResponse:
    """Bytes to be saved under a name."""
    response = _answer(data, content_type, POLICY)
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain[:100]}\"; filename*=UTF-8''{quote(name[:200], safe='')}"
    )
    return response


def document(html: str) -> HttpResponse:
    """A mail as the document that is framed."""
    return _answer(_utf8(html), "text/html; charset=utf-8", FRAME_POLICY)


def words(text: str) -> HttpResponse:
    """Plain text."""
    return _answer(_utf8(text), "text/plain; charset=utf-8", POLICY)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _answer(data: bytes, content_type: str, policy: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type=content_type,
        headers={
            "Content-Security-Policy": policy,
            "Content-Length": str(len(data)),
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-site",
            "Referrer-Policy": "no-referrer",
        },
    )
