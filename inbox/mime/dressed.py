"""What the editor shows, said in the mail itself: other programs know nothing of our styles.

Lists, tables, quotes and paragraphs look in every program, and in our own reading pane, as they
did while they were written. What has a style of its own keeps it.
"""

from selectolax.lexbor import LexborHTMLParser, LexborNode

SIGNATURE = "div.fio_signature"
# Their paragraphs stand close
CLOSE = frozenset({"li", "td", "th"})
BLOCK = "margin:0 0 12px"
STYLES = {
    "p": BLOCK,
    "ul": f"{BLOCK};padding-left:20px",
    "ol": f"{BLOCK};padding-left:20px",
    "blockquote": f"{BLOCK};padding-left:12px;border-left:2px solid #d5d9de;color:#5b6470",
    "table": BLOCK,
    "div": "margin-top:16px;padding-top:8px;border-top:1px solid #e3e6ea;color:#5b6470",
}
STYLED = ",".join([*(name for name in STYLES if name != "div"), SIGNATURE])


def dress(clean: str) -> str:
    """Return cleaned HTML with the editor's styles; an empty paragraph keeps its line.

    What reads otherwise than it is written was never cleaned, and is left alone.
    """
    page = LexborHTMLParser(clean, is_fragment=True)
    if page.html != clean:
        return clean
    for element in page.css(STYLED):
        # Its own style comes last, so that it counts
        element.attrs["style"] = f"{_style(element)};{element.attrs.sget('style')}"
        if element.tag == "p" and element.first_child is None:
            element.insert_child(page.create_node("br"))
    return page.html or ""


def _style(element: LexborNode) -> str:
    name, around = str(element.tag), element.parent
    is_close = around is not None and around.tag in CLOSE and name in ("p", "ul", "ol")
    return STYLES[name].replace(BLOCK, "margin:0") if is_close else STYLES[name]
