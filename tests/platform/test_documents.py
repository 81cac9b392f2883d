"""What the documents promise is there, and what is there is documented."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text()


def settings_read() -> set[str]:
    """The variables that the settings ask for."""
    names: set[str] = set()
    for name in ("settings.py", "environment.py"):
        source = (CHECKOUT / "crm" / "config" / name).read_text()
        names |= set(re.findall(r'"(FIO_[A-Z_]+|PORT)"', source))
    return names


def test_it_documents_every_setting_and_no_other() -> None:
    assert set(re.findall(r"^\| `(FIO_[A-Z_]+|PORT)`", OPERATIONS, re.M)) == settings_read()


def test_it_passes_only_known_settings_to_the_containers() -> None:
    compose = (CHECKOUT / "docker-compose.yml").read_text()
    assert set(re.findall(r"^ +(FIO_[A-Z_]+):", compose, re.M)) <= settings_read()


def test_it_names_commands_that_exist() -> None:
    ours = [place for place in CHECKOUT.iterdir() if (place / "__init__.py").exists()]
    known = {p.stem for place in ours for p in place.glob("**/management/commands/*.py")}
    table = OPERATIONS.split("## Commands")[1].split("## ")[0]
    named = {word for row in re.findall(r"^\| (`.*?) \|", table, re.M)
             for word in re.findall(r"`(\w+)", row)} - {"manage"}  # fmt: skip
    assert named == known - {"__init__"}


def test_it_names_files_and_targets_that_exist() -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    for name in ("README.md", "CONTRIBUTING.md", "docs/operations.md"):
        text = (CHECKOUT / name).read_text()
        for target in re.findall(r"make ([a-z-]+)(?=[`\n ])(?![a-z ]+[.,])", text):
            assert f"\n{target}:" in makefile or target in {"and"}, f"{name}: make {target}"
        for link in re.findall(r"\]\(([^):]+)\)", text):
            assert (CHECKOUT / link).exists() or link.startswith("docs/images/"), f"{name}: {link}"
        for script in re.findall(r"(scripts/[a-z-]+)", text):
            assert (CHECKOUT / script).exists(), script
