"""Everything a data folder needs before the pages start, in one process.

`python -m crm.config.prepare [--demo]`: roles, migrations, and the demo's workspaces.
"""

import sys

import django
from django.core.management import call_command


def main() -> None:
    """Runs the commands one after the other; each changes nothing when all is as it should be."""
    django.setup()
    call_command("database_bootstrap")
    call_command("migrate", interactive=False)
    if "--demo" in sys.argv[1:]:
        call_command("demo_seed")


if __name__ == "__main__":
    main()
