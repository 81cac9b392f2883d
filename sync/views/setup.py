"""What is known of a mailbox between the steps of connecting it.

It waits in the session, the password sealed with the workspace's key.
"""

import base64
import uuid
from dataclasses import asdict
from typing import Any

from django.http import Http404

from crm.workspaces import sealing
from crm.workspaces.middleware import MemberRequest
from sync.actions.connect import Servers
from sync.models import Connection


def begin(request: MemberRequest, **known: Any) -> None:
    """Start anew with what step 1 found out."""
    request.session[_key(request)] = {**known, "number": uuid.uuid4().hex}


def get(request: MemberRequest) -> dict[str, Any]:
    """What is known so far; raises Http404 before step 1."""
    found: dict[str, Any] | None = request.session.get(_key(request))
    if found is None:
        raise Http404
    return found


def keep_servers(request: MemberRequest, servers: Servers, password: str) -> None:
    """Remember step 2; a change of settings forgets what the last test found."""
    found = get(request)
    found |= {"servers": asdict(servers), "number": uuid.uuid4().hex}
    if password:
        row = Connection()
        sealing.seal(row, "password", password)
        found["secret"] = [str(row.uid), base64.b64encode(bytes(row.password)).decode()]
    request.session[_key(request)] = found


def servers(found: dict[str, Any]) -> Servers:
    """The settings of step 2; raises Http404 before it."""
    if "servers" not in found or "secret" not in found:
        raise Http404
    return Servers(**found["servers"])


def password(found: dict[str, Any]) -> str:
    """The password of step 2; the workspace is open."""
    uid, sealed = found["secret"]
    row = Connection(uid=uuid.UUID(uid), password=base64.b64decode(sealed))
    return sealing.unseal(row, "password")


def end(request: MemberRequest) -> None:
    """Forget everything, the password first of all."""
    request.session.pop(_key(request), None)


def _key(request: MemberRequest) -> str:
    return f"connect:{request.workspace.pk}"
