"""What happened, to whom, and when: the one spine of events."""
