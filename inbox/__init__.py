"""What we say to them: mailboxes, threads, messages, and the mail that leaves."""
