"""Signing in with a passkey, in a browser that has one."""

from playwright.sync_api import expect

from crm.config.demo import accounts
from tests.browser.visits import Visits


def test_bob_signs_in_with_a_passkey(visits: Visits) -> None:
    page = visits.of("bob", "/accounts/2fa/webauthn/add/")
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
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(accounts.PASSWORD)
        page.locator("main button[type=submit]").click()
    page.locator("[name=passwordless]").check()
    page.locator("main button[type=submit]").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("form[data-passkey] button").click()
    expect(page.locator("#list-title")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/")
    page.locator(".setting a").last.click()
    page.locator("main button[type=submit]").click()
    expect(page.locator(".setting")).to_have_count(0)
