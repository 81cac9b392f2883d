"""The pages every kind of record has: list, facts edited in place, bulk actions, trash."""
