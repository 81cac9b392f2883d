"""A POST with an Idempotency-Key has its effect once, however often it is sent.

The key is written in the transaction of the effect, so there is never one without the
other. Calls that talk to the network have no such transaction: their key is written
first, as begun, and the answer is added when it is there.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest.refusals import Conflict, Mismatch
from crm.workspaces import tenancy
from crm.workspaces.models import IdempotencyKey

KEY = re.compile(r"[!-~]{1,255}")
KEPT = timedelta(days=7)
# Longer than any call to the network may take; what has not ended by then was cut off
BEGUN = timedelta(minutes=3)


def once(request: Request, view: Any, run: Callable[[], Response]) -> Response:
    """Run the operation, or give the answer it had when this key was sent before.

    Raises Mismatch (422) when the key came with another request, Conflict (409) while
    the first one is still at work. An answer that refused the request is not kept:
    nothing happened, and the key may be used again.
    """
    key = read_key(request)
    if key is None:
        return run()
    asked = fingerprint(request)
    if connections["default"].in_atomic_block:
        return _inside(request, view, key, asked, run)
    return _outside(request, view, key, asked, run)


def read_key(request: Request) -> str | None:
    """The Idempotency-Key of a POST; raises ValidationError when it cannot be one."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return None
    if not KEY.fullmatch(key):
        text = _("An Idempotency-Key has 1 to 255 visible ASCII characters.")
        raise ValidationError({"Idempotency-Key": [text]}, code="invalid")
    return key


def fingerprint(request: Request) -> bytes:
    """What was asked, hashed under our own key since a password may be in it."""
    digest = hmac.new(settings.SECRET_KEY.encode(), digestmod=hashlib.sha256)
    for piece in _pieces(request):
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.digest()


def _pieces(request: Request) -> Iterator[bytes]:
    yield request._request.get_full_path().encode()
    if not (request.content_type or "").startswith("multipart/"):
        yield request._request.body
        return
    # Every sending of a form has another boundary: what counts is what is in it
    form: Any = request.data
    for name, values in sorted(form.lists()):
        for value in values:
            yield name.encode("utf-8", "replace")
            if isinstance(value, UploadedFile):
                yield f"{value.name}\0{value.content_type}".encode("utf-8", "replace")
                yield from value.chunks()
                value.seek(0)
            else:
                yield str(value).encode("utf-8", "replace")


def _inside(
    request: Request, view: Any, key: str, asked: bytes, run: Callable[[], Response]
) -> Response:
    if not _taken_alone(request, key):
        raise Conflict(_("A request with this Idempotency-Key is still at work."))
    row = _find(request, key)
    if row is not None:
        return _again(row, asked)
    response = run()
    if response.status_code < 400:
        _begin(request, key, asked, timezone.now()).answer_with(response, view)
    return response


def _outside(
    request: Request, view: Any, key: str, asked: bytes, run: Callable[[], Response]
) -> Response:
    with _alone(request, key):
        row, now = _find(request, key), timezone.now()
        if row is not None and row.status is not None:
            return _again(row, asked)
        if row is not None and row.created_at > now - BEGUN:
            raise Conflict(_("A request with this Idempotency-Key is still at work."))
        if row is not None:
            row.delete()
        mark = _begin(request, key, asked, now)
    kept = False
    try:
        response = run()
        if response.status_code < 400:
            with transaction.atomic():
                mark.answer_with(response, view)
            kept = True
        return response
    finally:
        if not kept:
            with transaction.atomic():
                mark.row.delete()


@contextmanager
def _alone(request: Request, key: str) -> Iterator[None]:
    with transaction.atomic():
        if not _taken_alone(request, key):
            raise Conflict(_("A request with this Idempotency-Key is still at work."))
        yield


def _token_id(request: Request) -> int:
    token: Any = request.auth
    return int(token.pk)


def _taken_alone(request: Request, key: str) -> bool:
    """Whether nobody else works under this key; the lock ends with the transaction."""
    name = f"{tenancy.required()}:{_token_id(request)}:{key}".encode()
    number = int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _find(request: Request, key: str) -> IdempotencyKey | None:
    found: IdempotencyKey | None = IdempotencyKey.objects.filter(
        token_id=_token_id(request), key=key
    ).first()
    return found


class Mark:
    """The row of a key, to which the answer is added."""

    def __init__(self, row: IdempotencyKey) -> None:
        self.row = row

    def answer_with(self, response: Response, view: Any) -> None:
        body = json.loads(JSONRenderer().render(response.data) or b"null")
        # What is shown once is not kept to be shown again
        for name in getattr(view, "shown_once", ()):
            body[name] = None
        self.row.status = response.status_code
        self.row.answer = {"body": body, "location": response.get("Location")}
        self.row.save(update_fields=["status", "answer"])


def _begin(request: Request, key: str, asked: bytes, at: datetime) -> Mark:
    mine = IdempotencyKey.objects.filter(token_id=_token_id(request))
    mine.filter(created_at__lt=at - KEPT).delete()
    row = IdempotencyKey(token_id=_token_id(request), key=key, request_hash=asked, created_at=at)
    row.save()
    return Mark(row)


def _again(row: IdempotencyKey, asked: bytes) -> Response:
    if not hmac.compare_digest(bytes(row.request_hash), asked):
        raise Mismatch
    answer: Mapping[str, Any] = row.answer or {}
    headers = {"Idempotent-Replayed": "true"}
    if answer.get("location"):
        headers["Location"] = answer["location"]
    return Response(answer.get("body"), status=row.status, headers=headers)
