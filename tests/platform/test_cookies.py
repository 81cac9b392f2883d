"""What changes where pages are served securely, and what is never served."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

CHECKOUT = Path(__file__).parents[2]
ASK = """
import json, django
django.setup()
from django.conf import settings
plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES["staticfiles"]["BACKEND"] = plain
from django.test import Client
client = Client(headers={"host": "crm.example"})
far = client.get("/accounts/login/")
near = client.get("/accounts/login/", headers={"x-forwarded-proto": "https"})
print(json.dumps({
    "cookies": {name: dict(each) for name, each in client.cookies.items()},
    "headers": dict(near.headers), "status": near.status_code,
}))
"""


def test_it_locks_cookies_where_pages_are_served_securely() -> None:
    own = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "crm.config.settings",
        "FIO_SITE_URL": "https://crm.example",
        "FIO_CONTENT_URL": "https://crm-content.example",
        "FIO_ALLOWED_HOSTS": "crm.example,crm-content.example",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        env=own, cwd=CHECKOUT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["status"] == 200
    assert "max-age=31536000" in told["headers"]["Strict-Transport-Security"]
    assert set(told["cookies"]) == {"__Host-fio-csrf"}
    for cookie in told["cookies"].values():
        assert cookie["secure"] and cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.git/HEAD", "/static/.git/config", "/static/../manage.py", "/manage.py",
     "/static/%2e%2e/%2e%2e/manage.py", "/.env", "/secrets.env", "/static/", "/static//etc/passwd",
     "/var/secrets.env", "/static/..%2f..%2fpyproject.toml"],
)  # fmt: skip
def test_it_serves_no_file_of_the_checkout(db: None, path: str) -> None:
    answer = Client(SERVER_NAME="localhost", SERVER_PORT="8000").get(path)
    assert answer.status_code in (302, 400, 404)
    assert "Index of" not in answer.content.decode()
