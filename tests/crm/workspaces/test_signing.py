"""Signing up, in and out, and what a stranger can learn from it: nothing."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from crm.workspaces import actions, directory
from crm.workspaces.models import Membership, Role, User, Workspace
from tests.world import NOW, PASSWORD, World

FORM = {"name": "Dana Reis", "company": "Initech Ltda", "password1": "a long enough secret"}


@pytest.fixture
def visitor(db: None, settings: Any) -> Client:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return Client(SERVER_NAME="localhost", SERVER_PORT="8000")


@pytest.fixture
def limits(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}


def link_in(message: Any) -> str:
    found = re.search(r"http://localhost:8000(/\S+)", message.body)
    assert found, message.body
    return found.group(1)


def sign_in(visitor: Client, email: str, password: str = PASSWORD) -> Any:
    return visitor.post("/accounts/login/", {"login": email, "password": password})


def test_it_makes_a_workspace_named_by_the_company(visitor: Client) -> None:
    answer = visitor.post("/accounts/signup/", {**FORM, "email": "Dana@Initech.test"})
    assert answer.status_code == 302
    visitor.post(link_in(mail.outbox[-1]))
    member = Membership.objects.using("system").get(email="dana@initech.test")
    assert (member.role, member.name) == (Role.OWNER, "Dana Reis")
    assert (member.workspace.slug, member.workspace.name) == ("initech-ltda", "Initech Ltda")
    sign_in(visitor, "dana@initech.test", FORM["password1"])
    assert visitor.get("/").headers["Location"] == "/initech-ltda/inbox/"


def test_it_does_not_let_in_who_has_not_confirmed_the_address(visitor: Client) -> None:
    visitor.post("/accounts/signup/", {**FORM, "email": "dana@initech.test"})
    answer = sign_in(visitor, "dana@initech.test", FORM["password1"])
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert visitor.get("/").headers["Location"].startswith("/accounts/login/")


def test_it_takes_language_and_clock_from_the_browser(visitor: Client) -> None:
    form = {**FORM, "email": "dana@initech.test", "time_zone": "America/Sao_Paulo"}
    visitor.post("/accounts/signup/", form, headers={"Accept-Language": "pt-BR"})
    user = User.objects.get(email="dana@initech.test")
    assert (user.language, user.time_zone) == ("pt-br", "America/Sao_Paulo")


def test_it_gives_no_workspace_an_address_of_ours(visitor: Client) -> None:
    visitor.post("/accounts/signup/", {**FORM, "company": "API", "email": "dana@initech.test"})
    assert Workspace.objects.get().slug == "api-2"


def test_it_refuses_a_weak_password_beside_the_field(visitor: Client) -> None:
    answer = visitor.post(
        "/accounts/signup/", {**FORM, "email": "d@initech.test", "password1": "short"}
    )
    assert b"at least 12 characters" in answer.content
    assert not User.objects.exists()


def test_it_answers_a_known_and_an_unknown_address_alike(visitor: Client, world: World) -> None:
    for path, field, form in (
        ("/accounts/signup/", "email", FORM),
        ("/accounts/password/reset/", "email", {}),
        ("/accounts/login/", "login", {"password": "wrong, wrong, wrong"}),
    ):
        known = visitor.post(path, {**form, field: "alice@acme.test"}, follow=True)
        fresh = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
        unknown = fresh.post(path, {**form, field: "nobody@acme.test"}, follow=True)
        assert known.status_code == unknown.status_code
        assert known.redirect_chain == unknown.redirect_chain
        assert plain(known) == plain(unknown)


def plain(answer: Any) -> str:
    """The page without what differs each time: nonces, tokens, and the address itself."""
    text = answer.content.decode()
    text = re.sub(r'(nonce|value|content)="[^"]*"', "", text)
    return re.sub(r"(alice|nobody)@acme\.test", "", text)


def test_it_counts_the_tries_down_and_then_waits(
    visitor: Client, world: World, limits: None
) -> None:
    for left in (4, 3, 2):
        answer = sign_in(visitor, "alice@acme.test", "wrong, wrong, wrong")
        assert f"{left} tries left before a 5 minute wait".encode() in answer.content
    assert b"1 try left" in sign_in(visitor, "alice@acme.test", "wrong, wrong, wrong").content
    for _again in range(3):
        sign_in(visitor, "alice@acme.test", "wrong, wrong, wrong")
    assert b"Too many wrong passwords" in sign_in(visitor, "alice@acme.test").content
    assert sign_in(visitor, "bob@acme.test").status_code == 302


def test_it_sets_a_new_password_by_mail(visitor: Client, world: World) -> None:
    visitor.post("/accounts/password/reset/", {"email": "alice@acme.test"})
    page = visitor.get(link_in(mail.outbox[-1]), follow=True)
    secret = "another long enough secret"
    visitor.post(page.request["PATH_INFO"], {"password1": secret, "password2": secret})
    user = User.objects.get(email="alice@acme.test")
    assert user.check_password(secret)


def test_it_signs_out(world: World) -> None:
    browser = world.browser(world.alice)
    assert browser.post("/accounts/logout/").status_code == 302
    assert browser.get("/acme/settings/profile/").status_code == 302


def test_it_lands_where_one_worked_last(world: World) -> None:
    actions.create_workspace(name="Zeta", owner=world.alice.user, at=NOW)
    browser = world.browser(world.alice)
    assert browser.get("/zeta/").headers["Location"] == "/zeta/inbox/"
    assert world.browser(world.alice).get("/").headers["Location"] == "/zeta/inbox/"
    assert browser.get("/acme/").status_code == 302
    assert browser.get("/").headers["Location"] == "/acme/inbox/"


def test_it_offers_a_workspace_to_who_has_none(world: World) -> None:
    actions.deactivate(member=world.bob, by=world.alice, at=NOW)
    user = User.objects.get(email="bob@acme.test")
    world.bob.user = user
    browser = world.browser(world.bob)
    assert browser.get("/").headers["Location"] == "/workspaces/new/"
    assert browser.post("/workspaces/new/", {"name": "Bob & Co"}).status_code == 302
    assert [m.workspace.slug for m in directory.memberships(user)] == ["bob-co"]


def test_it_closes_sign_up_but_for_the_invited(visitor: Client, settings: Any) -> None:
    settings.OPEN_SIGN_UP = False
    visitor.post("/accounts/signup/", {**FORM, "email": "dana@initech.test"})
    assert not User.objects.exists()


@pytest.mark.parametrize("is_sent", [True, False])
def test_it_says_where_a_link_is_when_no_mail_can_be_sent(
    visitor: Client, settings: Any, is_sent: bool
) -> None:
    settings.MAIL_IS_SENT = is_sent
    page = visitor.get("/accounts/password/reset/done/").content.decode()
    assert ("in the folder sent-mail" in page) is not is_sent
