"""Styles of received mail: known properties with plain values, nothing that loads or overlays."""

import re
from collections.abc import Iterable
from functools import lru_cache

import tinycss2
from tinycss2 import ast

PROPERTY_NAMES = """background background-color border border-bottom border-bottom-color
    border-bottom-left-radius border-bottom-right-radius border-bottom-style border-bottom-width
    border-collapse border-color border-left border-left-color border-left-style border-left-width
    border-radius border-right border-right-color border-right-style border-right-width
    border-spacing border-style border-top border-top-color border-top-left-radius
    border-top-right-radius border-top-style border-top-width border-width box-shadow box-sizing
    caption-side clear color direction display empty-cells float font font-family font-size
    font-stretch font-style font-variant font-weight height hyphens letter-spacing line-height
    list-style list-style-position list-style-type margin margin-bottom margin-left margin-right
    margin-top max-height max-width min-height min-width opacity outline outline-color outline-style
    outline-width overflow overflow-wrap overflow-x overflow-y padding padding-bottom padding-left
    padding-right padding-top quotes table-layout text-align text-align-last text-decoration
    text-decoration-color text-decoration-line text-decoration-style text-indent text-overflow
    text-shadow text-transform unicode-bidi vertical-align visibility white-space widows width
    word-break word-spacing word-wrap mso-hide"""
PROPERTIES = frozenset(PROPERTY_NAMES.split())
FUNCTIONS = frozenset({"calc", "clamp", "hsl", "hsla", "max", "min", "rgb", "rgba"})
PULLED = re.compile(r"(?:^|\s)-\s*[\d.]")
PLAIN = re.compile(r"(?:[\w\s#%.,+'\"!-]|\b(?:rgb|hsl)a?\([\w\s%.,+-]*\))*", re.I)
DECLARATION = re.compile(r"\s*([a-zA-Z-]{2,40})\s*:\s*([^:;]*)")
MEDIA = re.compile(
    r"(?:(?:only\s+)?(?:screen|all)\s+and\s+)?\(\s*(?:"
    r"(?:max|min)-(?:device-)?width\s*:\s*\d{1,5}(?:\.\d{1,3})?(?:px|em|rem)"
    r"|prefers-color-scheme\s*:\s*(?:dark|light))\s*\)"
    r"(?:\s+and\s+\(\s*(?:max|min)-(?:device-)?width\s*:\s*\d{1,5}(?:\.\d{1,3})?(?:px|em|rem)\s*\))?",
    re.I,
)
BRACKET = re.compile(r"[][(){}]")
# No style sheet is nested so deep; one that is costs seconds and is meant to
DEEPEST = 100
FORBIDDEN = re.compile(r"[<\\@{}]|/\*|javascript|expression|url\s*\(", re.I)


@lru_cache(maxsize=4096)
def declarations(style: str) -> str:
    """Return the allowed declarations of a style attribute, each ended by a semicolon."""
    if len(style) > 10_000:
        return ""
    if style.count("(") != style.count(")"):
        # Nothing from the open bracket on is what its writer meant, nor cheap to read
        style = style[: style.find("(")].rpartition(";")[0]
    plain = _plain(style)
    if plain is not None:
        return plain
    return _kept(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))


@lru_cache(maxsize=256)
def sheet(source: str) -> str:
    """Return the allowed rules of a style sheet; of the at-rules only width and scheme queries."""
    if not source.strip() or _is_too_deep(source):
        return ""
    source = source.replace("<!--", " ").replace("-->", " ")
    return _rules(tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True))


def _is_too_deep(source: str) -> bool:
    depth = 0
    for found in BRACKET.finditer(source):
        depth = depth + 1 if found[0] in "([{" else max(depth - 1, 0)
        if depth > DEEPEST:
            return True
    return False


def _plain(style: str) -> str | None:
    """Filter a style of plain words without the tokeniser; None where it needs one."""
    out: list[str] = []
    for item in style.split(";"):
        if not item.strip():
            continue
        match = DECLARATION.fullmatch(item)
        if match is None or not PLAIN.fullmatch(match[2]) or _has_open_quote(match[2]):
            return None
        name, value = match[1].lower(), " ".join(match[2].split())
        if name in PROPERTIES and value and _is_harmless(name, value):
            out.append(f"{name}:{value};")
    return "".join(out)


def _has_open_quote(value: str) -> bool:
    return "'" in value or '"' in value


def _is_harmless(name: str, value: str) -> bool:
    if FORBIDDEN.search(value):
        return False
    # A negative margin or indent can pull content over what stands before it.
    return not (name.startswith(("margin", "text-indent")) and PULLED.search(value))


def _kept(nodes: Iterable[ast.Node]) -> str:
    out: list[str] = []
    for node in nodes:
        if not isinstance(node, ast.Declaration) or node.lower_name not in PROPERTIES:
            continue
        if not _is_allowed(node.value):
            continue
        value = " ".join(tinycss2.serialize(node.value).split())
        if value and _is_harmless(node.lower_name, value):
            out.append(f"{node.lower_name}:{value}{'!important' if node.important else ''};")
    return "".join(out)


def _is_allowed(tokens: Iterable[ast.Node]) -> bool:
    for token in tokens:
        if isinstance(token, ast.FunctionBlock):
            if token.lower_name not in FUNCTIONS or not _is_allowed(token.arguments):
                return False
        elif isinstance(token, ast.ParenthesesBlock):
            if not _is_allowed(token.content):
                return False
        elif token.type in {"url", "error", "at-keyword", "{} block", "[] block", "unicode-range"}:
            return False
    return True


def _rules(nodes: Iterable[ast.Node], *, nested: bool = False) -> str:
    out: list[str] = []
    for node in nodes:
        if isinstance(node, ast.QualifiedRule):
            out.append(_rule(node))
        elif isinstance(node, ast.AtRule) and node.lower_at_keyword == "media" and not nested:
            out.append(_media(node))
    return "".join(out)


def _rule(node: ast.QualifiedRule) -> str:
    selector = " ".join(tinycss2.serialize(node.prelude).split())
    if not selector or FORBIDDEN.search(selector) or len(selector) > 2_000:
        return ""
    kept = _kept(
        tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    )
    return f"{selector}{{{kept}}}\n" if kept else ""


def _media(node: ast.AtRule) -> str:
    query = " ".join(tinycss2.serialize(node.prelude).split())
    if node.content is None or not MEDIA.fullmatch(query):
        return ""
    rules = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
    inner = _rules(rules, nested=True)
    return f"@media {query}{{{inner}}}\n" if inner else ""
