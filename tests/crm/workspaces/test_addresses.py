"""Signing in with another address from now on."""

import pytest
from django.core import mail
from django.test import Client

from tests.crm.workspaces.test_signing import link_in, sign_in, visitor
from tests.world import PASSWORD, World

__all__ = ["visitor"]
NEW = "alice@initech.test"


@pytest.fixture
def alice(visitor: Client, world: World) -> Client:
    """Alice, who asked for another address and typed her password once more for it."""
    sign_in(visitor, "alice@acme.test")
    visitor.post("/accounts/email/", {"action_add": "", "email": NEW})
    visitor.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"})
    return visitor


def test_it_changes_the_address_when_the_link_is_pressed(alice: Client) -> None:
    page = alice.get("/accounts/email/").content.decode()
    assert f"The link to {NEW} waits to be pressed." in page
    assert "You sign in with alice@acme.test." in page
    alice.post(link_in(next(sent for sent in mail.outbox if sent.to == [NEW])))
    alice.post("/accounts/logout/")
    assert sign_in(alice, NEW).status_code == 302


def test_it_keeps_the_old_address_on_second_thought(alice: Client) -> None:
    alice.post("/accounts/email/", {"action_remove": "", "email": NEW})
    assert "waits to be pressed" not in alice.get("/accounts/email/").content.decode()


def test_it_asks_in_portuguese(visitor: Client) -> None:
    answer = visitor.get("/accounts/password/reset/", headers={"accept-language": "pt-br"})
    assert "Esqueceu sua senha?" in answer.content.decode()
    assert "Endereço de e-mail" in answer.content.decode()
