"""Compiles locale/*/LC_MESSAGES/*.po where the .mo is older; no gettext binaries needed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def main() -> None:
    """Writes the .mo files that are missing or old."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        print(f"  Compiling {source.relative_to(LOCALE.parent)}")
        with source.open("rb") as lines:
            catalog = read_po(lines, locale=source.parts[-3])
        with target.open("wb") as out:
            write_mo(out, catalog)


if __name__ == "__main__":
    main()
