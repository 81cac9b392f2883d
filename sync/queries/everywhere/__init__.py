"""The mailboxes of all workspaces, for operators: how they stand, and nothing of their mail."""
