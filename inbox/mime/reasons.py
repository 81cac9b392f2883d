"""Why a mail did not arrive, in one of a few words, from its status and the server's own text.

Servers are careless with status codes (RFC 3463 and the registry RFC 5248 opened), so definite
words win over them; words that any refusal holds only count where the code tells nothing.
"""

import re
from typing import Literal

Reason = Literal[
    "address", "host", "moved", "full", "closed", "size", "spam", "refused", "limit", "late", ""
]
# What speaks against the address itself: writing there again will fail in the same way
AGAINST_ADDRESS = ("address", "host", "moved")
# What nearly every refusal says
WEAK = ("refused", "late")

BY_STATUS: dict[str, Reason] = {
    "1.1": "address",
    "1.2": "host",
    "1.3": "address",
    "1.4": "address",
    "1.6": "moved",
    "1.10": "address",
    "2.1": "closed",
    "2.2": "full",
    "2.3": "size",
    "3.1": "full",
    "3.4": "size",
    "4.4": "host",
    "4.5": "limit",
    "4.7": "late",
    "5.3": "limit",
    "7.26": "refused",
    "7.27": "host",
}
# Codes of these subjects that are not above still tell the direction
BY_SUBJECT: dict[str, Reason] = {"1": "address", "4": "late", "7": "refused"}
# One expression a line; the first group that fits is the most definite one
WORDS: dict[Reason, str] = {
    "full": r"""
(?:mail|in)?box (?:is )?(?:over )?(?:full|quota|storage)
over ?quota
quota (?:is )?exce
exceeded (?:its |the |storage |your )*(?:quota|allocation|storage)
(?:mailbox|inbox|user'?s? (?:disk|mailbox))[^.\n]{0,30}(?:size|limit) exce
mailbox exceeds
not enough (?:storage|space)
out of (?:storage|disk)
too much mail data
in recipient.s mailbox exceeded
postfach[^.\n]{0,30}voll
caixa[^.\n]{0,30}(?:cheia|lotada)
buz[oó]n[^.\n]{0,30}llen
bo[iî]te[^.\n]{0,30}pleine
casella[^.\n]{0,30}piena
postvak[^.\n]{0,20}vol\b
邮箱[^。\n]{0,10}满""",
    "size": r"""
(?:message|mail|size)[^.\n]{0,40}(?:too (?:big|large)|exceeds|exceeded|larger than)
size limit
too large
exceeds? [^.\n]{0,30}(?:message|size)""",
    "closed": r"""
(?:account|mailbox|user|address|recipient)[^.\n]{0,40}(?:inactive|disabled|suspended|frozen)
(?:account|mailbox|user|address|recipient)[^.\n]{0,40}(?:locked|deactivated|closed|expired)
(?:inactive|disabled|suspended) (?:user|acc)""",
    "moved": r"""
has moved
no longer (?:at|with|on|works|employed|active|valid)
new address is""",
    "host": r"""
host (?:or domain name )?(?:unknown|not found)
unknown (?:mail )?(?:host|domain)
(?:domain|host)[^.\n]{0,60}(?:not (?:exist|found|resolve)|does ?n.t exist|not known)
nxdomain
bad destination (?:host|system)
name (?:service|server)[^.\n]{0,20}(?:not|err)
can.?t find any (?:mx|host)
couldn.t find any host
no (?:mx|such (?:host|domain))
unroute?able (?:mail )?domain
all relevant mx records
null mx""",
    "address": r"""
(?:user|recipient|mailbox|address|account|alias|person|addressee)(?: \S+){0,3} ?(?:is )?unknown
(?:user|recipient|mailbox|address|account|alias|person)(?: \S+){0,3} ?(?:is )?(?:not |in)valid
(?:user|recipient|mailbox|address|account|alias)(?: \S+){0,3} ?(?:is )?not (?:found|exist|known)
(?:user|recipient|address|alias)(?: \S+){0,3} ?(?:is )?not (?:listed|recognized|on file)
do(?:es)? ?n.t exist
do(?:es)? not exist
no such (?:user|person|mailbox|recipient|address|account|local)
unknown (?:user|recipient|address|local|mailbox|account)
user_unknown
no mailbox
not listed in
invalid (?:recipient|user|mailbox|address)
doesn.t have an? \S+ account
unrouteable address
(?:not|n.t) (?:a valid|our customer)
address (?:couldn.t be|not|was not) found
mailbox unavailable
address rejected\.?\s*$
address rejected: access denied
recipient (?:name )?is not recogni
not have an account
no account by that name
can ?not find
unbekannt
inconnu
desconhecid
inexistente
desconocid
(?:não|no) existe
sconosciut
inesistente
nieznany
неизвест
не существует
不存在
存在しません
見つかりません
onbekend""",
    "spam": r"""
\bspam
junk mail
bulk mail
unsolicited
(?:black|block) ?list
dnsbl
rbl\b
reputation
virus
content (?:was )?rejected
message content
phishing""",
    "limit": r"""
too many
rate ?limit
throttl
try again later
temporarily
greylist
deferred
exceeded the (?:rate|limit)
over (?:the )?(?:rate|limit)
connection limit
resources
busy""",
    "late": r"""
time(?:d )?-?out
timed? ?out
(?:message|delivery|time|retry)[^.\n]{0,30}(?:expired|exceeded)
could not connect
connection (?:refused|reset|lost)
retry time
not? respond
no route to host
network is unreachable
in the queue
unable to connect
too long""",
    "refused": r"""
den(?:y|ied)
refus
reject
not (?:permitted|allowed|authori|accept)
policy
relay
prohibited
block
restrict
dmarc|spf|dkim
authenticat
unauthori
forbidden""",
}
PATTERNS: tuple[tuple[Reason, re.Pattern[str]], ...] = tuple(
    (reason, re.compile("|".join(lines.split("\n")[1:]), re.I)) for reason, lines in WORDS.items()
)


def of(status: str, words: str) -> Reason:
    """Return why; `status` is x.y.z or "", `words` what the server said. "" for no idea."""
    text = words[:1_000]
    told: Reason = next((reason for reason, said in PATTERNS if said.search(text)), "")
    if told and told not in WEAK:
        return told
    return BY_STATUS.get(status[2:]) or told or BY_SUBJECT.get(status[2:3], "")
