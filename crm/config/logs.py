"""Log lines that machines read: one event each, and no secret in any of them."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseBase
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
# An id that a proxy in front has given a request
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Names whose values are nobody's business, wherever they stand
NAMES = re.compile(
    r"pass(?:word|wd|phrase)?|secret|token|authorization|cookie|session|api[-_]?key|master[-_]?key"
    r"|sealed|raw|body|subject|snippet",
    re.I,
)
# A header of cookies or of a sign-in is hidden whole, to the end of its line
HEADER = re.compile(r"(?i)\b((?:set-)?cookie|(?:proxy-)?authorization)(\s*:\s*)(?!\[)[^\r\n'\"{}]+")
# The same inside text: password=…, "access_token": "…", FIO_SECRET_KEY=…
PAIR = re.compile(
    r"""(?ix) ( (?: pass(?:word|wd|phrase)? | secret | token | api[-_]?key | master[-_]?key
    | sessionid | authorization | cookie ) [\w-]{0,20} ["']? \s* [=:] \s* )
    (?! \[hidden\] ) (?: (?:bearer|basic) \s+ )?
    ( "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | [^\s;&)}\]]+ )"""
)
BEARER = re.compile(r"(?i)\b(bearer|basic|xoauth2)\s+[A-Za-z0-9+/=._~-]{8,}")
TOKEN = re.compile(r"\bfio_[A-Za-z0-9_-]{16,}")
# user:password@ in addresses of databases and servers
ADDRESS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,30}://[^\s:/@]{0,80}):[^\s?#]{1,200}@")
# Links that are as good as a password
LINK = re.compile(r"(?i)(/(?:reset/key|confirm-email|invitations?|join)/)(?!\[)[^\s/?\"'<>]{8,}")
# What a client says to sign in (RFC 3501, 6.2.3; RFC 4954)
QUOTED = r'"(?:[^"\\]|\\.)*"'
SIGN_IN = re.compile(
    rf"(?i)\b(LOGIN\s+(?:{QUOTED}|\S+)|AUTHENTICATE\s+\S+|AUTH\s+(?:PLAIN|LOGIN|XOAUTH2))"
    rf"\s+(?:{QUOTED}|\{{\d+\+?\}}\s+\S+|\S+)"
)


def hide(text: str) -> str:
    """The text without passwords, tokens and keys."""
    text = ADDRESS.sub(rf"\1:{HIDDEN}@", text)
    text = SIGN_IN.sub(rf"\1 {HIDDEN}", text)
    text = HEADER.sub(rf"\1\2{HIDDEN}", LINK.sub(rf"\1{HIDDEN}", text))
    text = PAIR.sub(rf"\1{HIDDEN}", text)
    return TOKEN.sub(HIDDEN, BEARER.sub(rf"\1 {HIDDEN}", text))


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide what must not be written down, by name and by look, at any depth."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any) -> Any:
    if key not in ("event", "exception") and NAMES.search(key):
        return HIDDEN
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {name: _clean(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(key, item) for item in value]
    return value


def formatter(*, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING entry for a formatter that every library's lines go through."""
    shown: Processor = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            shown,
        ],
    }


class LogMiddleware:
    """Every line of a request carries its id, and the answer does too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        number = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=number)
        response = self.get_response(request)
        response["X-Request-ID"] = number
        return response
