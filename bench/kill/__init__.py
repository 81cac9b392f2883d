"""Processes are killed, robbed and put to sleep in the middle of their work.

What came of it is counted against the mail server's own mailbox and against what really
arrived, never against what Fio believes.
"""
