"""Tables in files: bytes → a heading and rows of texts. No Django, no database, no trust."""
