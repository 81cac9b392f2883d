"""What tells on a reader: pictures nobody sees, in a mail that is answered, passed on or kept."""

import re

IMAGE = re.compile(r"<img((?: [a-z-]+=\"[^\"]*\")*)>")
# Of one or two pixels, or not shown at all
TINY = re.compile(r' (?:width|height)="[0-2](?:px)?"')
HIDDEN = re.compile(
    r' style="[^"]*(?:\b(?:max-)?(?:width|height): ?[0-2](?:px)?(?:;|")|display: ?none|'
    r"visibility: ?hidden|opacity: ?0(?:;|\"))"
)
REMOTE = re.compile(r' (?:data-)?src="https?:')


def without_pixels(clean: str, *, ours: str = "") -> str:
    """Return cleaned HTML without remote pictures that are too small to be seen, or hidden.

    Those whose address begins with `ours` go whatever their size.
    """

    def kept(match: re.Match[str]) -> str:
        is_ours = ours and f'src="{ours}' in match[1]
        return "" if is_ours or _is_pixel(match[1]) else match[0]

    return IMAGE.sub(kept, clean)


def _is_pixel(attributes: str) -> bool:
    if not REMOTE.search(attributes):
        return False
    return bool(TINY.search(attributes) or HIDDEN.search(attributes))
