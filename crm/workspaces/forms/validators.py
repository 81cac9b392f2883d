"""What makes a password too easy to guess."""

import re
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

# What is longer is common to nobody; and how many different letters make a password
LONGEST, FEWEST = 100, 4
LETTERS = re.compile(r"[^\W\d_]+")
REPEATED = re.compile(r"(.+?)\1+", re.S)


class CommonPasswordValidator(password_validation.CommonPasswordValidator):
    """Django's list, and whatever only repeats a word of it or puts digits and signs around it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for what is guessed first."""
        tried = {password[:LONGEST].lower().strip()}
        tried |= {found[1] for each in tried if (found := REPEATED.fullmatch(each))}
        is_poor = any(len(set(each)) < FEWEST for each in tried)
        words = {word for each in tried for word in LETTERS.findall(each)}
        tried |= words if len(words) == 1 else set()
        if is_poor or not self.passwords.isdisjoint(tried):
            raise ValidationError(self.get_error_message(), code="password_too_common")
