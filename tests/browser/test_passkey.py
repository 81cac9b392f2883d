"""Signing in with a passkey, in a browser that has one."""

from playwright.sync_api import Page, expect

from crm.config.demo import accounts
from tests.browser.visits import Visits


def authenticator(page: Page) -> None:
    """A browser with a fingerprint reader that always knows the finger."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def add_key(page: Page, *, alone: bool) -> None:
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(accounts.PASSWORD)
        page.locator("main button[type=submit]").click()
    page.locator("[name=passwordless]").set_checked(alone)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/webauthn/add" not in url)


def remove_key(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/")
    page.locator(".setting a").last.click()
    page.locator("main button[type=submit]").click()
    expect(page.locator(".setting")).to_have_count(0)


def test_bob_signs_in_with_a_passkey(visits: Visits) -> None:
    page = visits.of("bob", "/accounts/2fa/webauthn/add/")
    authenticator(page)
    add_key(page, alone=True)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("form[data-passkey] button").click()
    expect(page.locator("#list-title")).to_be_visible()
    remove_key(page)


def test_bob_is_told_that_his_key_comes_after_the_password(visits: Visits) -> None:
    page = visits.of("bob", "/accounts/2fa/webauthn/add/")
    authenticator(page)
    add_key(page, alone=False)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("form[data-passkey] button").click()
    expect(page.locator("[data-passkey-error]")).to_contain_text("comes after the password")
    page.locator("[name=login]").fill("bob@acme.test")
    page.locator("[name=password]").fill(accounts.PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.locator("form[data-passkey] button").click()
    expect(page.locator("#list-title")).to_be_visible()
    remove_key(page)
