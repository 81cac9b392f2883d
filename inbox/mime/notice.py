"""Bounces told in words: recognised by who sends them and what they say, read line by line."""

import email
import logging
import re
from collections.abc import Iterator

from flufl.bounce import all_failures

from inbox.mime import addresses
from inbox.mime.parsed import Failure
from inbox.mime.tree import Node

# The detectors write a traceback for each mail one of them does not like
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
SEARCHED = 65_536
ADDRESS = re.compile(
    r"(?!['`])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63}){1,8}"
)
DAEMON = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|po+st_?master|mdaemon|mailsystem|mail[-.]?delivery|bounces?)"
    r"(?:[+._-].*)?",
    re.I,
)
GATE = re.compile(
    r"(?:mail|smtp|mta|mx|e-?mail)?[._-]?(?:marshal|admin(?:istrator)?|gate(?:way)?|server|system|"
    r"sweeper|filter|scan(?:ner)?|security|relay|service|no-?reply|do-?not-?reply|robot|autobot|"
    r"antivirus|amavis|root|exchange|host-?master)",
    re.I,
)
MACHINE = re.compile(rb"daemon|po+st_?master|mail-?system|mail[-.]?delivery|bounces?", re.I)
SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|problem|error|report|has failed|notification)|"
    r"(?:mail|message|email|delivery) (?:delivery )?(?:failed|failure|error|could not)|"
    r"returned (?:mail|to sender)|returning message|failure (?:notice|delivery)|could ?n.t (?:be )?"
    r"(?:deliver|send)|can.?not (?:be )?(?:deliver|send)|not delivered|non ?remis|unzustellbar|"
    r"nicht zugestellt|não (?:foi )?(?:entregue|pôde)|no (?:se ha podido )?entreg|devuelto|"
    r"non recapitabile|mancata consegna|rejected|doręcz|не доставлено|недоставлен|配信|送信エラー|"
    r"smtp server: errors from|error sending|unable to deliver|warning: could not|"
    r"nondeliverable|undelivered|onbestelbaar|"
    r"niet (?:be)?zorgd|niet afgeleverd|niedostarcz|kan(?:de)? (?:inte|ikke)|inte levere|"
    r"ikke lever|leveringsfeil|toimitus|perille|nedoruč|nelze doruč|kézbesít|iletilemedi|"
    r"teslim edileme|nu a putut fi livrat|δεν παραδόθηκε|退信|退回|无法投递|無法遞送|배달|"
    r"전송 실패|échec|fallid|falha|fallimento|fehler|zustellung|entrega",
    re.I,
)
SAYS = re.compile(
    r"could not be delivered|couldn.t be delivered|cannot be delivered|can.t be delivered|"
    r"was not delivered|not be delivered|undeliverable|delivery (?:to|failed|has failed|failure)|"
    r"unable to deliver|failed to deliver|permanent (?:fatal )?error|fatal errors|unknown user|"
    r"user unknown|no such user|unrouteable address|mailbox (?:is )?(?:full|unavailable|not found)|"
    r"recipient (?:address )?rejected|returned to (?:you|sender)|is being returned|over quota|"
    r"quota exceeded|does not exist|host unknown|relay(?:ing)? denied|did not reach|"
    r"(?:was|been) rejected|problems? delivering|error (?:while|occurred)|could not deliver|"
    r"access denied|not accepted|配信|送信でき|送れません|unzustellbar|не доставлено|"
    r"nicht zugestellt|n.a pas pu être|n.ont pas pu|non ?remis|não (?:foi|pôde|pode) (?:ser )?"
    r"entreg|no (?:se )?(?:pudo|ha podido|puede)|non (?:è stato|può essere)[^.\n]{0,10}"
    r"(?:recapit|consegn)|niet (?:worden |afge|be)|nie (?:można|został)|inte levereras|"
    r"ikke (?:leveres|afleveres)|не (?:может быть )?доставлен|не удалось доставить|退|无法|無法|"
    r"저장|전달|배달|iletilemedi|nelze doručit|nem (?:lehet|sikerült)|ei voitu toimittaa|"
    r"\b55[0-4][ -]",
    re.I,
)
COPY = re.compile(
    r"^[ \t>]*(?:-{2,}[^\n]{0,20}(?:copy of (?:the|your) message|below this line|original message|"
    r"unsent message|message header|returned message|headers? follow|undelivered|body of (?:the )?"
    r"message|enclosed|return path)[^\n]{0,60}|return-path:|received: (?:from|by|\(qmail)|"
    r"message-id: ?<|\*{3,}[^\n]{0,20}original|"
    r"the (?:header|message) (?:of the|was)[^\n]{0,40}:?\s*$)",
    re.I | re.M,
)
LEADING = re.compile(
    r"[ \t]*(?:<<<[ \t]*)?(?:[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}[ ]?)?)?"
    r"(?:(?:failed |final |original |invalid )?(?:recipients?|rcpt to|address|user)"
    r"(?:[ -]address)?[ \t]*[:=][ \t]*(?:rfc822;[ \t]*)?|(?:>>> |In:[ \t]{1,4})RCPT To:[ \t]*)?"
    rf"[<(\"'\[]?({ADDRESS.pattern})[>)\"'\]]?(?:[ \t:;,.([-]|on\b|$)",
    re.I,
)
# What an old list server answers to what it does not hand on
UNLISTED = re.compile(
    r"(?:not a member of|duplicated message-id in)[^\n<]{0,60}<([^<>\s@]{1,64}@[^<>\s@]{1,255})>",
    re.I,
)
RECIPIENT = re.compile(r"[ \t>]*(?:to|cc|x-original-to|delivered-to|original-to)[ \t]*:", re.I)
ASIDE = re.compile(
    r"(?:from|sender|message-id|return-path|contact|help|assistance|postmaster|support|yourself|"
    r"questions?|reply-to|subject|received|by|id)\b[^@\n]{0,80}[\w<]+@",
    re.I,
)
HELP = re.compile(r"(?:contact|assistance|help|questions?|support)\b[^@\n]{0,60}[\w<]+@", re.I)
WRITER = re.compile(r"[ \t>]*(?:message-id|from|sender|reply-to|return-path)[ \t]*:", re.I)
ENHANCED = re.compile(r"(?<![\d.])([45]\.\d{1,2}\.\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.:/])([45])[0-5]\d(?=[ -]|\s*$)")
LATE = re.compile(
    r"(?:delayed|will (?:keep|continue to|be) (?:try|retr)|has not (?:yet )?been delivered|"
    r"still being retried|no action is required|do not need to resend|warning message only)",
    re.I,
)


def is_notice(root: Node, text: str) -> bool:
    """Whether a mail without a machine-readable report is a bounce all the same."""
    if "x-failed-recipients" in root.headers:
        return True
    if "list-id" in root.headers:
        return False  # what a list hands on to its members is no report about mail of ours
    if _unlisted(root, text):
        return True
    return _is_by_daemon(root, text) or _is_by_gate(root, text)


def _is_by_gate(root: Node, text: str) -> bool:
    """Whether a filter or gateway of another name refuses a mail: subject, words and a code."""
    senders, _ = addresses.read([root.headers.first("from", 1_000)], 1)
    local = senders[0].address.partition("@")[0] if senders else ""
    said = text[:SEARCHED]
    return bool(
        GATE.fullmatch(local)
        and SUBJECT.match(root.headers.text("subject"))
        and SAYS.search(said)
        and status(said)
    )


def _is_by_daemon(root: Node, text: str) -> bool:
    sender = root.headers.first("from", 1_000)
    unsigned = not sender or root.headers.first("return-path").strip() == b"<>"
    if not (unsigned or MACHINE.search(sender)):
        return False
    senders, _ = addresses.read([sender], 1)
    local = (senders[0].address or senders[0].name).partition("@")[0] if senders else ""
    daemon = bool(DAEMON.fullmatch(local))
    if not (daemon or unsigned or not senders):
        return False
    said = bool(SAYS.search(text[:SEARCHED]))
    if SUBJECT.search(root.headers.text("subject")):
        return daemon or said
    return daemon and said


def _unlisted(root: Node, text: str) -> str:
    """Return the list that hands a mail on to nobody, or ""."""
    found = UNLISTED.search(text[:4_096]) if "x-mlserver" in root.headers else None
    return found[1] if found else ""


def failures(root: Node, text: str) -> Iterator[Failure]:
    """Yield the recipients a bounce in words names, with the status it gives."""
    if unlisted := _unlisted(root, text):
        yield Failure(unlisted, "", "failed", text[:200].strip())
        return
    told = _told(text[:SEARCHED])
    action = "delayed" if LATE.search(told) and not ENHANCED.search(told) else "failed"
    named = _failed_header(root) or _without_asides(_known_forms(root), text)
    # Where nothing stands above the copy, the copy itself may be a report, or names the recipient
    for address in named or _named(told) or _named(text[:SEARCHED]):
        line = _about(told, address)
        code = status(line) or status(told)
        late = action == "delayed" or (address in named and named[address] == "delayed")
        yield Failure(address, code, "delayed" if late else "failed", line[:1_000].strip())


def status(text: str) -> str:
    """Return the enhanced status (RFC 3463) of a text, or "5.0.0" and "4.0.0" for a reply code."""
    enhanced = ENHANCED.search(text)
    if enhanced:
        return enhanced[1]
    reply = REPLY.search(text)
    return f"{reply[1]}.0.0" if reply else ""


def _told(text: str) -> str:
    """Return the part of a notice above the copy of the mail it is about."""
    copy = COPY.search(text, 20)
    return text[: copy.start()] if copy and ADDRESS.search(text[: copy.start()]) else text


def _failed_header(root: Node) -> dict[str, str]:
    found, _ = addresses.read(root.headers.every("x-failed-recipients"), 100)
    return {each.address: "failed" for each in found if each.address}


def _known_forms(root: Node) -> dict[str, str]:
    """Return what the detectors for known mail servers find; none of them may raise."""
    message = email.message_from_bytes(root.raw[:SEARCHED])
    try:
        late, failed = all_failures(message)
    except (ValueError, LookupError, AttributeError, TypeError):
        return {}
    named = {_text(each): "delayed" for each in late} | {_text(each): "failed" for each in failed}
    return {each: action for each, action in named.items() if ADDRESS.fullmatch(each)}


def _without_asides(named: dict[str, str], text: str) -> dict[str, str]:
    """Return the named in the order of the text, without those it only names as sender or id."""
    lines = text[:SEARCHED].split("\n")[:2_000]
    aside = {
        each
        for each in named
        if (about := [line[:500] for line in lines if each in line])
        and all(WRITER.match(line) or HELP.search(line) for line in about)
    }
    kept = [each for each in named if each not in aside]
    return {each: named[each] for each in sorted(kept, key=lambda each: (text.find(each), each))}


def _text(address: str | bytes) -> str:
    return address if isinstance(address, str) else address.decode("latin-1")


def _named(told: str) -> list[str]:
    """Return the addresses a notice is about: those that lead a line, else the copy's recipient."""
    leading: list[str] = []
    others: list[str] = []
    copied: list[str] = []
    for line in told.split("\n")[:2_000]:
        found = LEADING.match(line[:500])
        if found:
            leading.append(found[1])
        elif RECIPIENT.match(line):
            copied += ADDRESS.findall(line[:500])
        elif not ASIDE.search(line[:500]):
            others += ADDRESS.findall(line[:500])[:1]
    for rank in (leading, others, copied):
        likely = [each for each in rank if not DAEMON.fullmatch(each.rpartition("@")[0])]
        if likely:
            return list(dict.fromkeys(likely))[: None if rank is leading else 1]
    return []


def _about(told: str, address: str) -> str:
    """Return the lines that follow an address, where a notice gives its reason."""
    at = told.find(address)
    return told[max(0, at - 200) : at + 400] if at >= 0 else ""
