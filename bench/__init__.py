"""What is measured against what, each a command; `make bench` prints one table.

Every figure is a ratio against a peer or a limit in the same run: a duration alone
says more about the machine than about the program.
"""
