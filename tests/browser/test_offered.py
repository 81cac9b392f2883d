"""What a field offers while one types, taken by keys alone."""

from os import getpid

from playwright.sync_api import expect

from tests.browser.visits import Visits


def test_it_offers_the_sources_there_are(visits: Visits) -> None:
    page, source = visits.of("bob", "/acme/leads/new/"), f"Fair {getpid()}, Leeds"
    page.locator("[name=name]").fill(f"Vans {getpid()}")
    page.locator("[name=source]").fill(source)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Vans {getpid()}")
    page.goto("/acme/leads/new/")
    page.locator("[name=name]").fill(f"Carts {getpid()}")
    page.locator("[name=source]").press_sequentially(f"fair {getpid()}")
    offered = page.locator("#found-source button")
    expect(offered).to_have_text(source)
    page.keyboard.press("ArrowDown")
    expect(offered).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[name=source]")).to_have_value(source)
    expect(page.locator("[name=source]")).to_be_focused()
    expect(offered).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Carts {getpid()}")
    # In its place on the record's page as well
    page.locator("#fact-source button").first.click(force=True)
    page.locator("#fact-source [name=value]").fill("")
    page.keyboard.type(f"{getpid()} leeds")
    expect(page.locator("#offers-source button")).to_have_text(source)
    for key in ("ArrowDown", "Enter", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#fact-source .fact-value")).to_have_text(source)


def test_it_asks_which_one_is_meant(visits: Visits) -> None:
    page, name = visits.of("bob", "/acme/people/new/"), f"Ana {getpid()}"
    for title in ("Buyer", "Pilot"):
        page.goto("/acme/people/new/")
        page.locator("[name=name]").fill(name)
        page.locator("[name=addresses]").fill(f"{title}{getpid()}@ana.test".lower())
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.goto("/acme/leads/new/")
    page.locator("[name=name]").fill(f"Boats {getpid()}")
    page.locator("[name=person]").fill(name)
    visits.expect(422)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Several here are called “{name}”.")).to_be_visible()
    # They are offered without another key
    offered = page.locator("#found-person button")
    expect(offered).to_have_count(2)
    offered.filter(has_text=f"pilot{getpid()}@ana.test").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Boats {getpid()}")
