"""Which charset a European text is in that declares none: told by its accents within the words.

General detection needs more text than a subject has, and takes "Formação" for Romanian.
"""

import re

BEYOND = re.compile(rb"[\x80-\xff]+")
# Bytes that Windows-1252 gives to letters and to the marks of typography.
WESTERN = re.compile(rb"[\x80\x82\x84\x85\x8c\x91-\x97\x99\x9c\xa0-\xff]")
# Signs of Windows-1252 that stand by themselves; among others they are half of a character.
SIGN = re.compile(rb"[\xa2-\xaa\xac\xae\xb0-\xb2\xb4-\xb8\xbc-\xbe]")
# Bytes that are letters in Windows-1250 (ą, ł, ś, ż) and signs in the others.
POLISH = re.compile(rb"[a-z][\xb3\xb9\xbf\x9f\x9e\x9d]|\b[\xb3\xbf\xaf\x8f][a-z]")
# ğ, ş and ı; in Windows-1252 the same bytes are Icelandic.
TURKISH = re.compile(rb"[A-Za-z\xc0-\xff][\xf0\xfd\xfe\xdd\xde]|[\xfe\xde][A-Za-z]")
ICELANDIC = re.compile(rb"[\xe1\xe6\xed\xf3\xfa]")


def codec(sample: bytes) -> str:
    """Return cp1250, cp1252 or cp1254 for a text in Latin letters, "" for any other."""
    runs = BEYOND.findall(sample)
    total = sum(map(len, runs))
    if total > 2 * len(runs) or len(WESTERN.findall(sample)) * 10 < total * 9:
        return ""
    if any(len(run) > 1 and SIGN.search(run) for run in runs):
        return ""
    letters = len(re.findall(rb"[A-Za-z]", sample))
    if letters < total:
        return ""
    if POLISH.search(sample):
        return "cp1250"
    turkish = len(TURKISH.findall(sample))
    if turkish and len(ICELANDIC.findall(sample)) <= turkish:
        return "cp1254"
    return "cp1252"
