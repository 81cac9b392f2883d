"""What joins mails to conversations: shared ids, and the base subject where a reply has none."""

import re

from inbox.mime import ids
from inbox.mime.parsed import Parsed

LIMIT = 50
# Prefixes mail programs put before the subject of an answer or of a forwarded mail, by language.
REPLY_WORDS = """
re r aw antw antwort sv vs ref res resp rv odp ynt vá atb απ σχετ 回复 回覆 答复 答覆
返信 отв ответ ha sc sz rif ang betr 답장 回信"""
FORWARD_WORDS = """
fwd fw wg enc tr i doorst vb vl pd ilt fs pr továbbítás πρθ 转发 轉寄 転送 пересл fvs
전달 reenv"""
REPLY, FORWARD = frozenset(REPLY_WORDS.split()), frozenset(FORWARD_WORDS.split())
WORDS = "|".join(sorted(map(re.escape, REPLY | FORWARD), key=len, reverse=True))
LEADER = re.compile(rf"({WORDS})\s*(?:[\[(]\s*\d{{1,4}}\s*[\])]|\^?\d{{1,3}})?\s*[:：]\s*", re.I)
BLOB = re.compile(r"\[[^\[\]]{0,200}\]\s*")
TRAILER = re.compile(r"\s*\((?:fwd|fw|enc|wg|tr|rv)\)\s*$", re.I)
WRAPPED = re.compile(r"\[\s*fwd?:\s*(.*)\]\s*", re.I | re.S)


def keys(parsed: Parsed) -> list[str]:
    """Return the ids that join this mail to others, its own first, each once and with an "@".

    The id a bounce reports about is not among them: a bounce is no answer in a conversation.
    """
    own = [ids.key(parsed.message_id)] if parsed.message_id else []
    named = [*parsed.in_reply_to, *_bounded(parsed.references)]
    return list(dict.fromkeys(each for each in own + named if is_key(each)))


def nearest(parsed: Parsed) -> list[str]:
    """The same ids in another order: its own, what it answers, then references, the last first."""
    own = [ids.key(parsed.message_id)] if parsed.message_id else []
    named = [*parsed.in_reply_to, *reversed(_bounded(parsed.references))]
    return list(dict.fromkeys(each for each in own + named if is_key(each)))


def is_key(bare: str) -> bool:
    """Whether an id can join threads: "<yes>" and the like are typed by hand and join strangers."""
    local, at, domain = bare.rpartition("@")
    return bool(local and at and domain)


def _bounded(references: tuple[str, ...]) -> tuple[str, ...]:
    if len(references) <= LIMIT:
        return references
    return (references[0], *references[-(LIMIT - 1) :])


def base_subject(subject: str) -> tuple[str, bool]:
    """Return (subject without prefixes, whether it answers), as in RFC 5256 §2.1 in many languages.

    List tags such as "[news]" go as well unless nothing else is left.
    """
    text = " ".join(subject.split())[:1_000]
    is_reply = False
    while True:
        shorter, answered = _step(text)
        is_reply = is_reply or answered
        if shorter == text:
            return text, is_reply
        text = shorter


def _step(text: str) -> tuple[str, bool]:
    """Take one prefix or suffix away."""
    cut = TRAILER.sub("", text)
    if cut != text:
        return cut, False
    wrapped = WRAPPED.fullmatch(text)
    if wrapped:
        return wrapped[1].strip(), False
    leader = LEADER.match(text)
    if leader:
        return text[leader.end() :], leader[1].lower() in REPLY
    blob = BLOB.match(text)
    if blob and blob.end() < len(text):
        return text[blob.end() :], False
    return text, False


def begins_with_reply(subject: str) -> bool:
    """Whether the subject already says that it answers."""
    leader = LEADER.match(subject)
    return bool(leader and leader[1].lower() in REPLY)


def begins_with_forward(subject: str) -> bool:
    """Whether the subject already says that it was forwarded."""
    leader = LEADER.match(subject)
    return bool(leader and leader[1].lower() in FORWARD)
