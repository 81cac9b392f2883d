"""`make corpus CORPUS=/folder`: what a pile of other people's mail shows, check by check.

The pile is no part of the project and nothing of it is kept here. Each check is a module that
prints one table: what was looked at, the bar, the figure, and every mail that fell short with
its reason. `--checks 5,6` runs some of them; `--write docs/corpus.md` keeps the tables.
"""
