"""What sort of mail this is: written by a person, by a machine, or about another mail."""

import re

from inbox.mime.headers import Headers
from inbox.mime.parsed import Kind
from inbox.mime.tree import Node

BULK_HEADERS = ("list-id", "list-unsubscribe", "list-post", "feedback-id", "x-campaign")
AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply")


def of(root: Node, invite_method: str) -> Kind:
    """Return the kind by headers and structure alone; delivery reports without form come later."""
    report = root.params.get("report-type", b"").decode("latin-1").strip().lower()
    if root.content_type == "multipart/report":
        if report == "feedback-report":
            return "complaint"
        if report == "disposition-notification":
            return "receipt"
        if report == "delivery-status":
            return "bounce"
    if invite_method:
        return "invite"
    return "auto" if is_automatic(root.headers) else "mail"


AWAY = re.compile(
    r"(?:auto(?:matic|mated)?[- ]?(?:reply|response|antwort)|automatische antwort|"
    r"out of (?:the )?office|away (?:from|until)|i am away|abwesenheit|réponse automatique|"
    r"absence du bureau|respuesta automática|fuera de (?:la )?oficina|resposta automática|"
    r"fora do escritório|ausência|risposta automatica|fuori sede|automatisch antwoord|"
    r"autosvar|frånvaro|automatické odpověď|odpowiedź automatyczna|автоответ|自动回复|自動返信)",
    re.I,
)


def is_automatic(headers: Headers) -> bool:
    """Whether a machine answered (RFC 3834 §5 and its older customs)."""
    submitted = headers.token("auto-submitted")
    if submitted and submitted != "no":
        return True
    if any(name in headers for name in AUTO_HEADERS) or AWAY.match(headers.text("subject")):
        return True
    return "auto_reply" in (headers.token("precedence"), headers.token("x-precedence"))


def is_bulk(headers: Headers) -> bool:
    """Whether the mail went to many: lists, newsletters, campaigns."""
    if any(name in headers for name in BULK_HEADERS):
        return True
    return headers.token("precedence") in ("bulk", "list", "junk")


def invite_method(root: Node) -> str:
    """Return the METHOD of a calendar part (RFC 6047 §2.4) in upper case, or ""."""
    for node in root.leaves():
        if node.content_type == "text/calendar":
            method = node.params.get("method", b"").decode("latin-1").strip().upper()
            return method or _method_inside(node)
    return ""


def _method_inside(node: Node) -> str:
    data, _ = node.content()
    for line in data[:4_096].splitlines():
        if line[:7].upper() == b"METHOD:":
            return line[7:].strip().decode("latin-1").upper()[:20]
    return ""
