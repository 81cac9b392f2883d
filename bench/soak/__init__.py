"""Many mailboxes with mail coming in for a long time: memory, freshness, fairness."""
