"""What separates the columns of a text."""

from collections import Counter

SEPARATORS = ",;\t|"


def separator_of(head: str) -> tuple[str, int]:
    """What divides cells, and where the table begins: Excel may say so in its first line."""
    first = head.partition("\n")[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4], head.index("\n") + 1 if "\n" in head else 0
    # Outside quotes, in the first lines
    counted: Counter[str] = Counter()
    quoted = False
    for letter in head[:4096]:
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in SEPARATORS:
            counted[letter] += 1
        elif not quoted and letter == "\n" and counted:
            break
    return (counted.most_common(1)[0][0] if counted else ","), 0
