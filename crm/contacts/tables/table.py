"""What every file becomes, and why some become nothing."""

from dataclasses import dataclass


class Unreadable(Exception):
    """A file that is no table.

    `code` says why: empty, only_heading, too_large, too_wide, endless, not_a_table, broken, locked;
    `line`, from 1, says where, if that is known.
    """

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code, self.line = code, line


@dataclass(slots=True)
class Table:
    """A heading and rows of the same width, all texts."""

    heading: list[str]
    rows: list[list[str]]
