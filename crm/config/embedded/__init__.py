"""The embedded default: one supervisor runs PostgreSQL, Valkey and every Fio process.

Nothing here imports Django, so that the supervisor starts in milliseconds and management
commands can find or start the database before their settings are read.
"""
