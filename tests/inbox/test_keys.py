"""Keys, the sheet of keys and the palette tell of the same things."""

import re
from pathlib import Path

from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
PARTS, SCRIPTS = ROOT / "templates" / "components", ROOT / "static" / "js"
MODIFIERS = ("Ctrl", "Shift", "Alt")
PREFIXES = ("G", "*")
# The palette does not open itself, and an activity is moved where it stands
OWN = {"Ctrl K", "Alt ←→", "1…9"}
SAID = {"enter": "↵", "escape": "Esc", "arrowleft": "←"}


def each(keys: str) -> set[str]:
    """`Shift I U` are two keys, `G I` is one."""
    parts = keys.split()
    held = [part for part in parts if part in MODIFIERS]
    rest = [part for part in parts if part not in MODIFIERS]
    if rest[0] in PREFIXES and len(rest) > 1:
        return {keys}
    return {" ".join([*held, one]) for one in rest}


def said_in(name: str) -> set[str]:
    """Every key that a template of the parts names."""
    found = re.findall(r'keys="([^"]+)"', (PARTS / name).read_text(encoding="utf-8"))
    return {key for keys in found for key in each(keys)}


def known() -> dict[str, str]:
    """The keys that the scripts listen to, as the sheet writes them, and what each does."""
    text = (SCRIPTS / "keys.ts").read_text(encoding="utf-8")
    single = text[text.index("const SINGLE") : text.index("const OVERLAY")]
    pairs = re.findall(r'(?:"([^"]+)"|(?<![\w"])(\w+)): "([\w-]+)"', single)
    return {_written(quoted or bare): does for quoted, bare, does in pairs}


def _written(key: str) -> str:
    parts = re.split(r"[+ ]", key)
    return " ".join(SAID.get(part, part.capitalize()) for part in parts)


def test_it_has_every_key_of_the_sheet_in_the_palette() -> None:
    sheet, palette = said_in("help.html"), said_in("palette.html")
    assert len(sheet) > 60
    assert sheet - palette - OWN == set()
    assert palette - sheet == set()


def test_it_has_every_key_on_the_sheet() -> None:
    sheet = said_in("help.html")
    keys = {key for key in known() if not key.isdigit()}
    assert {"Shift A", "* N", "Ctrl ↵", "Esc"} <= keys
    assert keys - sheet == set()


def test_it_runs_nothing_that_no_script_knows() -> None:
    text = (PARTS / "palette.html").read_text(encoding="utf-8")
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.ts"))
    pages = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")
    )
    every = re.findall(r'(?:run|press|go|href)="?([^" ]+)"? icon="(?:[\w-]+)"', text)
    assert len(every) > 80
    assert len(every) - every.count("url") == len(set(every) - {"url"})
    runs, presses = re.findall(r'run="([\w-]+)"', text), re.findall(r'press="([\w-]+)"', text)
    names = r"command\(\"{0}\"|\"{0}\"[,\]]|\b{0}: \""
    lacking = [name for name in runs if not re.search(names.replace("{0}", name), scripts)]
    marks = ("data-command", "data-does", "popovertarget", "data-format")
    lacking += [
        name
        for name in presses
        if name not in ("send", "link-text")
        and not any(f'{mark}="{name}"' in pages for mark in marks)
    ]
    assert lacking == []


def test_it_leads_to_every_place_of_the_side_bar(world: World) -> None:
    """What G goes to and the palette offers is on the page; a team is needed for one's own."""
    text = (PARTS / "palette.html").read_text(encoding="utf-8")
    alice = world.browser(world.alice)
    page = alice.get("/acme/inbox/inbox/").text
    places = {place for place in re.findall(r'go="(.)"', text) if place != "w"}
    assert {place for place in places if f'data-goto="{place}"' not in page} == set()
    for name in re.findall(r'data-href="([^"]+)"', page):
        assert alice.get(name, follow=True).status_code == 200
