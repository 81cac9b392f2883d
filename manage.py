#!/usr/bin/env python
"""Run a management command."""

import os
import sys

from django.core.management import execute_from_command_line

from crm.config.embedded import backing, folders
from crm.config.environment import SettingsError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.config.settings")
    if os.environ.get("FIO_DATABASE_URL"):
        execute_from_command_line(sys.argv)
        return
    # Embedded: join the services that run, or run them for as long as this command takes
    with backing.reached(folders.default_data()) as environment:
        for name, value in environment.items():
            os.environ.setdefault(name, value)
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except SettingsError as problem:
        sys.exit(f"Fio does not start. {problem}")
