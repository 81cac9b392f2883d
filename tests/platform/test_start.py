"""What does not start, and what it says: the variable, the remedy, no traceback."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SERVERS = {
    "wsgi": ("-c", "import crm.config.wsgi"),
    "asgi": ("-m", "uvicorn", "crm.config.asgi:application", "--fd", "0"),
    "worker": ("-m", "celery", "-A", "crm.config.celery", "worker", "--pool", "solo"),
    "command": ("manage.py", "check"),
}


def start(server: str, **changes: str) -> Any:
    """Try to start a server that must refuse."""
    return subprocess.run(
        [sys.executable, *SERVERS[server]],
        cwd=ROOT,
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("server", SERVERS)
def test_it_refuses_a_role_that_could_pass_the_wall(server: str, database: None) -> None:
    answer = start(server, FIO_DATABASE_URL=os.environ["FIO_DATABASE_SYSTEM_URL"])
    assert answer.returncode != 0
    assert "fio_system bypasses row-level security" in answer.stderr
    assert "Let FIO_DATABASE_URL name the role fio_app" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("server", ["wsgi", "worker", "command"])
def test_it_names_the_setting_and_the_remedy(server: str, database: None, tmp_path: Path) -> None:
    answer = start(server, FIO_REDIS_URL="", FIO_DATA=str(tmp_path))
    assert answer.returncode != 0
    assert "FIO_REDIS_URL is not set. Remedy: give the address of Redis" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_it_refuses_keys_that_are_no_keys(database: None) -> None:
    answer = start("wsgi", FIO_MASTER_KEYS="short")
    assert answer.returncode != 0
    assert "FIO_MASTER_KEYS: a key is not" in answer.stderr
    assert "Traceback" not in answer.stderr
