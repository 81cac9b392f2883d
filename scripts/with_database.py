"""`python -m scripts.with_database FILE ARGUMENT…` runs Python with a database for the occasion."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from crm.config.embedded import backing


def main() -> int:
    """Returns the exit code of what was run, against an empty database with its roles."""
    # PostgreSQL of a root lives in that folder as another user.
    with tempfile.TemporaryDirectory(prefix="fio-") as folder:
        Path(folder).chmod(0o755)
        with backing.services(Path(folder) / "var", durable=False) as services:
            env = {**os.environ, **services, "DJANGO_SETTINGS_MODULE": "crm.config.settings"}
            python = [sys.executable]
            subprocess.run([*python, "manage.py", "database_bootstrap"], env=env, check=True)
            return subprocess.run([*python, *sys.argv[1:]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
