"""Received HTML made harmless: an allow-list for elements and attributes, another for styles.

The stored form asks nobody for anything: remote images wait in `data-src`, images of the mail
itself in `data-cid`. Cleaning the stored form again changes nothing.
"""

import html as entities
import re

import nh3

from inbox.mime import css, images, linkify, nesting
from inbox.mime.frame import SHEET, document, text_document

__all__ = ["clean_html", "document", "outgoing", "text_document"]

LIMIT = 1_048_576
PASSES = 6
PREFIX = "m-"

TAGS = """
a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col
colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6
header hr i img ins kbd li main mark menu nav ol p pre q rp rt ruby s samp section small span
strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr"""
DROPPED_WITH_CONTENT = """script style title svg math template noscript noembed noframes xmp iframe
object embed applet audio video canvas select textarea plaintext"""

SIZES = {"align", "bgcolor", "height", "valign", "width"}
ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "style", "title"},
    "a": {"href", "name"},
    "blockquote": {"type"},
    "col": SIZES | {"span"},
    "colgroup": SIZES | {"span"},
    "div": {"align"},
    "font": {"color", "face", "size"},
    "h1": {"align"},
    "h2": {"align"},
    "h3": {"align"},
    "hr": {"align", "color", "noshade", "size", "width"},
    "img": {"align", "alt", "border", "height", "hspace", "src", "vspace", "width"}
    | {"data-cid", "data-src"},
    "li": {"type", "value"},
    "ol": {"reversed", "start", "type"},
    "p": {"align"},
    "table": SIZES | {"border", "cellpadding", "cellspacing", "frame", "rules", "summary"},
    "tbody": SIZES,
    "td": SIZES | {"abbr", "axis", "colspan", "headers", "nowrap", "rowspan", "scope"},
    "tfoot": SIZES,
    "th": SIZES | {"abbr", "axis", "colspan", "headers", "nowrap", "rowspan", "scope"},
    "thead": SIZES,
    "tr": SIZES,
    "ul": {"type"},
}
LINKS = re.compile(r"\s*(?:https?:|mailto:|tel:|#)", re.I)
REMOTE = re.compile(r"https?://[^\s\"'<>]+", re.I)
PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.I)
LINK = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>')
BODY = re.compile(r"<(/?)body(?=[\s>])", re.I)
STYLES_LIMIT = 262_144


def clean_html(html: str) -> str:
    """Return the stored form of received HTML; nesting beyond bounds leaves only its words."""
    html = nesting.without_comments(html[:LIMIT].replace("\x00", ""))
    if nesting.is_too_deep(html):
        return f"<p>{entities.escape(nesting.words(html), quote=False)}</p>"
    html, sheets = nesting.without(html, "<style", "</style")
    styles = css.sheet("\n".join(_sheet(each) for each in sheets)[:STYLES_LIMIT])
    body = _settled(BODY.sub(r"<\1div", html))
    return f"<style>{styles}</style>{body}" if styles else body


def _sheet(cut: str) -> str:
    """Return the rules of what stood between "<style" and "</style": all after the first ">"."""
    return cut.partition(">")[2]


def _settled(body: str) -> str:
    """Clean until cleaning changes nothing: what a browser reads is then what was checked."""
    for _ in range(PASSES):
        body = LINK.sub(_outward, images.inert(CLEANER.clean(body)))
        if VERIFIER.clean(body) == body:
            return body
    return f"<p>{entities.escape(nesting.words(body), quote=False)}</p>"


def outgoing(clean: str) -> str:
    """Return cleaned HTML as it may leave: images have their addresses again, style sheets stay."""
    return images.restored(SHEET.sub("", clean))


def _outward(match: re.Match[str]) -> str:
    """Let a link open elsewhere, and tell its target nothing."""
    return f"<a{match[1]} {linkify.REL}>" if ' href="' in match[1] else match[0]


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return css.declarations(value) or None
    if name in ("id", "name", "headers"):
        return " ".join(_prefixed(word) for word in value.split()) or None
    if name == "href":
        return _link(value)
    if name in ("src", "data-src", "data-cid"):
        return _source(name, value.strip())
    return value


def _prefixed(word: str) -> str:
    return word if word.startswith(PREFIX) else PREFIX + word


def _link(value: str) -> str | None:
    if not LINKS.match(value):
        return None
    return "#" + _prefixed(value.strip()[1:]) if value.strip().startswith("#") else value


def _source(name: str, value: str) -> str | None:
    """Keep an image's address in the attribute it came in; anything unknown is dropped."""
    if name == "data-cid":
        return value[:998] or None
    if name == "data-src":
        return value if REMOTE.fullmatch(value) else None
    if value[:4].lower() == "cid:" and len(value) > 4:
        return value
    if value.startswith("//"):
        value = "https:" + value
    return value if REMOTE.fullmatch(value) or PICTURE.fullmatch(value) else None


CLEANER = nh3.Cleaner(
    tags=set(TAGS.split()),
    clean_content_tags=set(DROPPED_WITH_CONTENT.split()),
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
)
# Reads cleaned HTML as the cleaner does and leaves its attributes alone, which settle at once.
VERIFIER = nh3.Cleaner(
    tags=set(TAGS.split()),
    clean_content_tags=set(DROPPED_WITH_CONTENT.split()),
    attributes=ATTRIBUTES | {"a": ATTRIBUTES["a"] | {"rel", "target"}},
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
)
