"""Templates, styles and scripts agree with each other, and nothing stands inline."""

import json
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from crm.ui import words

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.ts"))
# The operators' page wears the admin's own colours
STYLES = sorted(set((ROOT / "static/css").glob("*.css")) - {ROOT / "static/css/operators.css"})


def _all(paths: list[Path]) -> str:
    return "\n".join(path.read_text() for path in paths)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_it_compiles_every_template(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


def test_it_writes_nothing_inline() -> None:
    for path in TEMPLATES:
        if "email" in path.parts:
            continue
        text = path.read_text()
        assert not re.search(r"""\s(?:style|on[a-z]+)\s*=\s*["']""", text), path
        assert not re.search(r"hx-on|\bjs:|javascript:", text), path
        assert not re.search(r"<script(?![^>]*(?:nonce=|json))", text), path


def test_it_draws_only_icons_it_has() -> None:
    have = set(
        re.findall(r'id="i-([\w-]+)"', (ROOT / "templates/components/icons.html").read_text())
    )
    used = set(re.findall(r'{% icon "([\w-]+)"', _all(TEMPLATES)))
    used.discard("name")  # the sprite's own comment
    used |= set(re.findall(r' icon="([\w-]+)"', _all(TEMPLATES)))
    used |= set(re.findall(r"#i-([\w-]+)", _all(SCRIPTS)))
    used |= set(re.findall(r'icon: "([\w-]+)"', _all(SCRIPTS)))
    assert used <= have


def test_it_performs_every_command_a_page_names() -> None:
    scripts = _all(SCRIPTS)
    triage = set(re.findall(r'(\w+): "\w+"', scripts.partition("INVERSE")[2].partition("};")[0]))
    known = set(re.findall(r'command\("([\w-]+)"', scripts)) | triage
    known |= {"reply", "reply-all", "forward"}
    listed = (ROOT / "static/js/does.ts").read_text().partition(" of [")[2].partition("]")[0]
    known |= set(re.findall(r'"([\w-]+)"', listed))
    named = set(re.findall(r'data-command="([\w-]+)"', _all(TEMPLATES)))
    named |= set(re.findall(r' run="([\w-]+)"', _all(TEMPLATES)))
    assert named <= known


def test_it_says_only_sentences_that_can_be_translated() -> None:
    scripts = _all(SCRIPTS)
    said = set(re.findall(r'(?:say|trouble)\(\s*"(\w+)"', scripts))
    assert said <= set(words.words())


def test_it_takes_colours_and_sizes_from_the_tokens() -> None:
    tokens = (ROOT / "static/css/tokens.css").read_text()
    have = set(re.findall(r"(--[\w-]+):", tokens))
    for path in STYLES:
        text = path.read_text()
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= have, path
        if path.name != "tokens.css":
            bare = re.sub(r"/\*.*?\*/", "", text, flags=re.S).replace("background: #fff", "")
            assert not re.search(r"#[0-9a-f]{3,8}\b(?=[;\s,)])(?![^{]*\{)", bare), path
            assert "!important" not in bare, path


def test_it_lists_every_style_and_behaviour() -> None:
    listed = set(re.findall(r'@import "([\w-]+\.css)"', (ROOT / "static/css/app.css").read_text()))
    assert listed == {path.name for path in STYLES} - {"app.css"}


def test_it_locks_packages_without_naming_a_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if "integrity" not in entry]
