"""How rows of a file become records, whatever their kind.

A kind takes part by registering an `Importer` (`targets.py`): what a column can mean besides the
kind's facts, what headings call it, what tells a duplicate, and how a new record is made of a
row. Guessing, reading, finding duplicates, writing thousands of rows at once, trying first and
taking back are the same for all kinds.
"""
