"""What the pages of the mail engine show."""
