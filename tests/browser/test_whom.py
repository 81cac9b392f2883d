"""Beside a new mail stands whom it is to; what is open with them is linked there."""

from playwright.sync_api import expect

from tests.browser.visits import Visits


def test_it_follows_the_recipient_and_a_reload_brings_the_mail_back(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/compose/")
    whom = page.locator("#whom")
    expect(whom).to_contain_text("Say whom you write to")
    to = page.locator("[data-line=to] input[type=text]")
    expect(to).to_be_focused()
    page.keyboard.type("tom.becker@brightline.test,")
    expect(whom.get_by_role("link", name="Brightline Pharmacy")).to_be_visible()
    whom.get_by_role("button", name="Link Pick-by-light for the night shift").click()
    linked = page.get_by_role("checkbox", name="Pick-by-light for the night shift")
    expect(linked).to_be_checked()
    expect(whom.locator(".link-card")).to_contain_text("€11,200")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    page.reload()
    expect(linked).to_be_checked()
    expect(whom.locator(".link-card")).to_contain_text("Pick-by-light")
    linked.uncheck()
    expect(whom.locator(".link-card")).to_have_count(0)
    page.locator("[data-command=discard]").click()
    page.wait_for_url("**/inbox/inbox/**")
