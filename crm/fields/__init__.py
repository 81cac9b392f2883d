"""What every record has: owner, visibility, labels, own fields, saved views, changes, trash."""
