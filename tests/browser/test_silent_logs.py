"""Everything runs, marked words and secrets go through it, and no process writes one of them."""

from pathlib import Path

from playwright.sync_api import expect

from crm.config.demo import accounts
from tests.browser.demo import Demo
from tests.browser.visits import Visits, read

WORD = "kookaburra"
PASSWORD = "a-marked-password-91"
ROWS = "Name,E-mail\nDana Bandicoot,dana@bandicoot.test\nBroken Bandicoot,not-an-address\n"
# The mail server of the demo is no part of the product: it names whom it takes mail for
ASIDE = {"mail-server.log"}


def written(demo: Demo) -> str:
    """All that the processes of a running Fio have said so far."""
    logs = [path for path in (demo.data / "log").glob("*.log*") if path.name not in ASIDE]
    assert {"web.log"} <= {path.name for path in logs}, logs
    return "\n".join(path.read_text(errors="replace") for path in logs if path.exists())


def test_it_logs_no_secret_and_no_mail(visits: Visits, demo: Demo, tmp_path: Path) -> None:
    file = ("kookaburra.txt", b"kookaburra in a file")
    letter = demo.deliver(f"The {WORD}", f"The {WORD} sings.", html=f"<p>{WORD}</p>", file=file)
    page = visits.of("alice")
    read(page, letter.subject)
    page.keyboard.press("r")
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
    page.keyboard.type(f"Our {WORD} as well.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .toast")).to_contain_text("Sends in")
    demo.copied(f"Re: {letter.subject}")
    page.goto(f"/acme/inbox/search/?q={WORD}")
    expect(page.locator("#threads .thread")).not_to_have_count(0)
    list_ = tmp_path / "bandicoot.csv"
    list_.write_text(ROWS)
    page.goto("/acme/imports/new/")
    page.locator("input[type=file]").set_input_files(list_)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.locator("#import")).to_contain_text("Imported", timeout=60_000)
    stranger = visits.stranger()
    stranger.goto("/accounts/login/")
    stranger.locator("[name=login]").fill(accounts.by_key("bob").address)
    stranger.locator("[name=password]").fill(PASSWORD)
    stranger.keyboard.press("Enter")
    expect(stranger.locator(".error").first).to_be_visible()
    logs = written(demo).lower()
    for secret in (WORD, "bandicoot", PASSWORD, accounts.PASSWORD, letter.sender, "begin private"):
        assert secret.lower() not in logs, secret
