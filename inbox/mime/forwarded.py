"""A mail within a mail that its sender wants read in place (RFC 2183 §2.1), as pieces of text."""

from inbox.mime import body, tree
from inbox.mime.tree import Budget, Node

RULE = "---------- Forwarded message ----------"
FIELDS = ("from", "date", "subject", "to")
DEEP, MANY, PARTS = 3, 5, 100


def pieces(nodes: list[Node], depth: int = DEEP) -> list[tuple[str, str]]:
    """Return (content type, text) of each piece in order, a heading before each mail."""
    found: list[tuple[str, str]] = []
    for node in nodes[:MANY] if depth else []:
        root = tree.read(node.content()[0], Budget(PARTS))
        parts = body.sort(root)
        found.append(("text/plain", _heading(root)))
        found += [(each.content_type, body.words_of(each)) for each in parts.views]
        found += pieces(parts.forwarded, depth - 1)
    return found


def _heading(root: Node) -> str:
    told = ((name, root.headers.text(name)[:500]) for name in FIELDS)
    return "\n".join([RULE, *(f"{name.title()}: {value}" for name, value in told if value)])
