"""Who fetched a pixel or followed a link, by what a program says of itself; knows no Django.

Nothing is left out for it: a hit is kept whoever it was, and called what it probably is.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple


class Judged(NamedTuple):
    """Who it was (human, proxy, bot), and the rule that says so."""

    who: str
    reason: str = ""


# Mail services that fetch pictures for their readers, or long before them; Fio is one as well
PROXIES = re.compile(
    r"GoogleImageProxy|ggpht\.com|YahooMailProxy|YahooCacheSystem|DuckDuckGo|^Fio$", re.I
)
# Apple's relay says no more than this
BARE = "Mozilla/5.0"
SCANNERS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|scan|monitor|preview|facebookexternalhit|whatsapp|headless"
    r"|barracuda|mimecast|proofpoint|symantec|forcepoint|fireeye|trendmicro|sophos|ironport"
    r"|curl/|wget/|python|java/|okhttp|go-http|libwww|httpclient|axios|node-fetch|ruby|perl|php",
    re.I,
)
EARLY = ("prefetch", "prerender", "preview")


def judged(method: str, headers: Mapping[str, str]) -> Judged:
    """Who asked, by the method and headers of the request."""
    agent = headers.get("User-Agent", "").strip()
    if method != "GET":
        return Judged("bot", "head")
    if PROXIES.search(agent) or agent == BARE:
        return Judged("proxy", "proxy")
    if not agent or SCANNERS.search(agent):
        return Judged("bot", "scanner")
    purposes = (headers.get(name, "").lower() for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    if any(word in said for said in purposes for word in EARLY):
        return Judged("bot", "early")
    return Judged("human")
