"""Images of cleaned HTML: where their addresses wait, and when they are given back.

`nh3` writes every attribute as ` name="value"` with `<`, `>`, `&` and `"` escaped, so a tag of its
output can be read by one expression; only attribute names are exchanged here, never markup.
"""

import html as entities
import re
from collections.abc import Callable, Mapping

IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
SOURCE = re.compile(r' src="([^"]*)"')
REMOTE = re.compile(r' data-src="([^"]*)"')
ATTACHED = re.compile(r' data-cid="([^"]*)"')
# A width or height below five pixels: nothing to see, so only there to report that it was loaded.
TINY = re.compile(r' (?:width|height)="\s*[0-4](?:\.\d+)?(?:px)?\s*"|[ ;"](?:width|height):[0-4]px')


def inert(html: str) -> str:
    """Move addresses to where no browser follows them: `data-src`, and `data-cid` for parts."""
    return IMAGE.sub(lambda image: f"<img{SOURCE.sub(_inert, image[1])}>", html)


def restored(html: str) -> str:
    """Give every image its address back, for mail that leaves."""
    return IMAGE.sub(
        lambda image: image[0].replace(" data-src=", " src=").replace(' data-cid="', ' src="cid:'),
        html,
    )


def shown(html: str, *, remote: Callable[[str], str] | None, cid_urls: Mapping[str, str]) -> str:
    """Give images the addresses they may load from; without `remote` those of others stay inert."""

    def show(match: re.Match[str]) -> str:
        image = ATTACHED.sub(lambda found: _attached(found[1], cid_urls), match[0])
        if remote is None or TINY.search(image):
            return image
        return REMOTE.sub(
            lambda found: f' src="{entities.escape(remote(entities.unescape(found[1])))}"', image
        )

    return IMAGE.sub(show, html)


def has_remote(html: str) -> bool:
    """Whether loading images would ask another host for anything that can be seen."""
    return any(REMOTE.search(m[0]) and not TINY.search(m[0]) for m in IMAGE.finditer(html))


def count_remote(html: str) -> int:
    """Return how many images that can be seen would be asked of other hosts."""
    shown = (found[0] for found in IMAGE.finditer(html))
    return sum(bool(REMOTE.search(image)) and not TINY.search(image) for image in shown)


def remote(html: str) -> set[str]:
    """Return the addresses of images of other hosts that can be seen."""
    shown = (found[0] for found in IMAGE.finditer(html))
    found = (REMOTE.search(image) for image in shown if not TINY.search(image))
    return {entities.unescape(match[1]) for match in found if match}


def cids(html: str) -> set[str]:
    """Return the content ids that cleaned HTML shows."""
    return {entities.unescape(found[1]) for found in ATTACHED.finditer(html)}


def _inert(match: re.Match[str]) -> str:
    address = match[1]
    if address[:4].lower() == "cid:":
        return f' data-cid="{address[4:]}"'
    return match[0] if address[:5].lower() == "data:" else f' data-src="{address}"'


def _attached(escaped: str, cid_urls: Mapping[str, str]) -> str:
    address = cid_urls.get(entities.unescape(escaped), "")
    return f' src="{entities.escape(address)}"' if address else ""
