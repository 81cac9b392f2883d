"""HTML that members and programs write, cleaned where others are served at the same time.

A few kilobytes can keep a sanitiser busy for minutes: formatting that is never closed is begun
anew in every paragraph, and elements that only seem to end nest without end. What could cost
that much is cleaned like received mail, in a process with limits.
"""

from functools import cache

from inbox.mime import bounded, clean, nesting

# Bytes times tags: no repetition a tree builder knows makes more of it than this
CHEAP = 2_000_000
HEAD = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"


def cleaned(html: str) -> str:
    """The clean form; only the words of what no process within its limits can clean."""
    html = html.replace("\x00", "")
    if len(html) * html.count("<") <= CHEAP:
        return clean.clean_html(html)
    mail = HEAD + html.encode("utf-8", "replace")
    (parsed,) = _pool().parse([mail])
    # Of what is too much as a whole the process shows the beginning; here no word may be lost
    whole = parsed.clean_html if parsed.quality == "full" else None
    return whole or clean.clean_html(nesting.words(html))


@cache
def _pool() -> bounded.Pool:
    """One process for this one, begun when it is first needed; it ends with us."""
    return bounded.Pool(1)
