"""The charset of a text that says none."""

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(data: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else what Windows wrote in the west."""
    for mark, charset in MARKS:
        if data.startswith(mark):
            return _whole(data, charset).decode(charset, "replace")
    if data[:200].count(0) > len(data[:200]) // 4:
        order = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return _whole(data, order).decode(order, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _whole(data: bytes, charset: str) -> bytes:
    """Without the half of a letter at the end of a file that was cut."""
    return data[: len(data) // 2 * 2] if charset.startswith("utf-16") else data
