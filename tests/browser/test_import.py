"""A list of people is brought, understood, tried and imported, with a mouse and with a thumb."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visits import PHONE, Visits

ROWS = (
    "First name,Last name,Company,E-mail,Shoe size\n"
    "Ada,Wombat,Wombat Works,ada@wombat.test,38\n"
    "Bad,Wombat,,not-an-address,40\n"
)


def test_it_imports_a_list_and_takes_it_back(visits: Visits, tmp_path: Path) -> None:
    file = tmp_path / "wombats.csv"
    file.write_text(ROWS)
    page = visits.of("alice", "/acme/people/")
    page.get_by_role("button", name="Import and download").click()
    page.get_by_role("menuitem", name="Import from a file").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("combobox", name="What E-mail becomes")).to_have_value("emails")
    expect(page.get_by_role("combobox", name="What Shoe size becomes")).to_have_value("")
    page.get_by_role("combobox", name="What is here already").select_option("update")
    expect(page.get_by_role("combobox", name="What is here already")).to_have_value("update")
    page.get_by_role("button", name="Try it first").click()
    expect(page.locator("#import")).to_contain_text("1 would be added", timeout=60_000)
    expect(page.locator("#import")).to_contain_text("is not a full e-mail address")
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.locator("#import")).to_contain_text("1 Added", timeout=60_000)
    page.get_by_role("link", name="Look at the list").click()
    expect(page.get_by_role("link", name="Ada Wombat")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Take it all back").click()
    expect(page.locator("#import")).to_contain_text("1 Taken back", timeout=60_000)


def test_it_fits_a_phone(visits: Visits, tmp_path: Path) -> None:
    file = tmp_path / "wombats.csv"
    file.write_text(ROWS)
    page = visits.of("alice", "/acme/imports/new/", viewport=PHONE)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("combobox", name="What E-mail becomes")).to_be_visible(timeout=60_000)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
