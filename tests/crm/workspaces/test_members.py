"""Who belongs to a workspace: inviting, joining, changing roles, leaving."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.workspaces import actions, directory, permissions
from crm.workspaces.models import ApiToken, Invitation, Membership, Role, User
from tests.unchanged import unchanged
from tests.world import NOW, PASSWORD, World

SETTINGS = "/acme/settings"
FORM = {"name": "Dana Reis", "password1": "a long enough secret"}


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []


def visitor() -> Client:
    return Client(SERVER_NAME="localhost", SERVER_PORT="8000")


def invited(world: World, email: str = "dana@initech.test", role: str = "manager") -> str:
    """Alice invites; the path in the mail."""
    browser = world.browser(world.alice)
    browser.post(f"{SETTINGS}/invitations/", {"email": email, "role": role})
    found = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found.group(1)


def test_it_brings_an_invited_newcomer_in(world: World) -> None:
    link, dana = invited(world), visitor()
    assert b"Join Acme" in dana.get(link).content
    page = dana.get("/accounts/signup/").content.decode()
    assert 'value="dana@initech.test"' in page
    assert "Company" not in page
    assert "<h1>Join Acme</h1>" in page
    dana.post("/accounts/signup/", {**FORM, "email": "dana@initech.test"})
    member = Membership.objects.get(email="dana@initech.test")
    assert (member.workspace, member.role) == (world.acme, Role.MANAGER)
    assert dana.get("/").headers["Location"] == "/acme/inbox/"
    assert visitor().get(link).status_code == 404


def test_it_binds_an_invitation_to_its_address(world: World) -> None:
    link, dana = invited(world), visitor()
    dana.get(link)
    answer = dana.post("/accounts/signup/", {**FORM, "email": "eve@evil.test"})
    assert b"The invitation is for dana@initech.test." in answer.content
    charlie = world.browser(world.charlie)
    assert b"You are signed in as charlie@globex.test" in charlie.get(link).content
    charlie.post(link)
    assert not Membership.objects.filter(workspace=world.acme, user=world.charlie.user).exists()


def test_it_lets_a_known_user_join_with_one_press(world: World) -> None:
    link = invited(world, "charlie@globex.test")
    charlie = world.browser(world.charlie)
    assert charlie.post(link).headers["Location"] == "/acme/inbox/"
    assert {m.workspace.slug for m in directory.memberships(world.charlie.user)} == {
        "acme",
        "globex",
    }


def test_it_ends_after_seven_days(world: World) -> None:
    link = invited(world)
    Invitation.objects.update(expires_at=NOW)
    over = visitor().get(link)
    assert over.status_code == 404
    assert b"Ask who invited you to send it again." in over.content
    offer = Invitation.objects.get()
    with pytest.raises(ValidationError):
        actions.accept(invitation=offer, user=_dana(), at=NOW + timedelta(seconds=1))


def _dana() -> User:
    return actions.create_user(email="dana@initech.test", password=PASSWORD)


def test_it_sends_an_invitation_anew_and_kills_the_old_link(world: World) -> None:
    first = invited(world)
    offer = Invitation.objects.get()
    world.browser(world.alice).post(f"{SETTINGS}/invitations/{offer.uid}/renewal/")
    assert len(mail.outbox) == 2
    assert visitor().get(first).status_code == 404
    second = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[-1].body))
    assert second
    assert visitor().get(second.group(1)).status_code == 200


def test_it_takes_an_invitation_back(world: World) -> None:
    link = invited(world)
    offer = Invitation.objects.get()
    world.browser(world.alice).post(f"{SETTINGS}/invitations/{offer.uid}/revocation/")
    assert visitor().get(link).status_code == 404


def test_it_keeps_no_secret_of_an_invitation(world: World) -> None:
    secret = invited(world).split("/")[2]
    assert secret.encode() not in bytes(Invitation.objects.get().token_hash)


def test_it_shows_the_link_once_where_no_mail_can_be_sent(world: World, settings: Any) -> None:
    settings.MAIL_IS_SENT = False
    browser = world.browser(world.alice)
    form = {"email": "dana@initech.test", "role": "member"}
    page = browser.post(f"{SETTINGS}/invitations/", form).content.decode()
    assert "http://localhost:8000/invitations/" in page
    assert mail.outbox == []
    assert "/invitations/" not in re.sub(
        r"settings/invitations/", "", browser.get(f"{SETTINGS}/members/").content.decode()
    )


def test_it_says_so_when_the_mail_could_not_be_sent(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    form = {"email": "dana@initech.test", "role": "member"}
    answer = world.browser(world.alice).post(f"{SETTINGS}/invitations/", form, follow=True)
    assert b"its mail could not be sent" in answer.content


def test_it_does_not_invite_a_member_again(world: World) -> None:
    form = {"email": "Bob@acme.test", "role": "member"}
    answer = world.browser(world.alice).post(f"{SETTINGS}/invitations/", form)
    assert answer.status_code == 422
    assert b"bob@acme.test is a member already." in answer.content


def test_it_lets_only_owners_make_owners(world: World) -> None:
    actions.change_role(member=world.bob, role=Role.ADMIN, by=world.alice, at=NOW)
    bob = Membership.objects.get(pk=world.bob.pk)
    assert Role.OWNER not in permissions.grantable(bob)
    with pytest.raises(PermissionDenied):
        actions.invite(email="d@initech.test", role=Role.OWNER, by=bob, at=NOW)
    for change in (
        lambda: actions.change_role(member=bob, role=Role.OWNER, by=bob, at=NOW),
        lambda: actions.change_role(member=world.alice, role=Role.MEMBER, by=bob, at=NOW),
        lambda: actions.deactivate(member=world.alice, by=bob, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            change()  # type: ignore[no-untyped-call]


def test_it_keeps_the_last_owner(world: World) -> None:
    browser = world.browser(world.alice)
    for path, form in (("role", {"role": "member"}), ("deactivation", {})):
        answer = browser.post(f"{SETTINGS}/members/{world.alice.uid}/{path}/", form)
        page = browser.get(f"{SETTINGS}/members/").content
        assert answer.status_code == 302
        assert b"A workspace needs an owner." in page
    alice = Membership.objects.get(pk=world.alice.pk)
    assert (alice.role, alice.is_active) == (Role.OWNER, True)


def test_it_tells_the_last_owner_why_he_cannot_leave(world: World) -> None:
    browser = world.browser(world.alice)
    place = f"{SETTINGS}/members/"
    answer = browser.post(f"{place}{world.alice.uid}/deactivation/")
    assert answer.headers["Location"] == place
    assert b"A workspace needs an owner." in browser.get(place).content


def test_it_lets_who_belongs_nowhere_sign_out(world: World) -> None:
    page = world.browser(world.alice).get("/workspaces/new/")
    assert b"Sign out" in page.content


def test_it_ends_everything_when_a_member_leaves(world: World) -> None:
    browser, program = world.browser(world.bob), world.api(world.bob)
    assert browser.get("/acme/").status_code == 302
    assert program.get("me").status_code == 200
    world.browser(world.alice).post(f"{SETTINGS}/members/{world.bob.uid}/deactivation/")
    assert browser.get("/acme/").headers["Location"].startswith("/accounts/login/")
    assert program.get("me").status_code == 401
    world.browser(world.alice).post(f"{SETTINGS}/members/{world.bob.uid}/reactivation/")
    assert program.get("me").status_code == 401
    world.bob.user.refresh_from_db()
    assert world.browser(world.bob).get("/acme/").headers["Location"] == "/acme/inbox/"


def test_it_leaves_the_sessions_of_who_works_elsewhere_too(world: World) -> None:
    elsewhere = actions.create_workspace(name="Bob's own", owner=world.bob.user, at=NOW)
    browser = world.browser(world.bob)
    actions.deactivate(member=world.bob, by=world.alice, at=NOW)
    assert browser.get("/acme/").status_code == 404
    assert browser.get(f"/{elsewhere.workspace.slug}/").status_code == 302


def test_it_keeps_the_name_in_step_in_every_workspace(world: World) -> None:
    actions.create_workspace(name="Zeta", owner=world.bob.user, at=NOW)
    form = {"name": "Roberto", "language": "pt-br", "time_zone": "America/Sao_Paulo"}
    answer = world.browser(world.bob).post(
        f"{SETTINGS}/profile/", {**form, "theme": "dark"}, follow=True
    )
    assert b'lang="pt-br"' in answer.content
    assert b'data-theme="dark"' in answer.content
    names = Membership.objects.filter(user=world.bob.user).values_list("name", flat=True)
    assert list(names) == ["Roberto", "Roberto"]


def test_it_saves_one_switch_alone(world: World) -> None:
    browser = world.browser(world.bob)
    answer = browser.post(f"{SETTINGS}/preference/", {"single_keys": ""})
    assert answer.status_code == 204
    bob = User.objects.get(pk=world.bob.user_id)
    assert (bob.single_keys, bob.name) == (False, "Bob Lindqvist")
    assert browser.post(f"{SETTINGS}/preference/", {"theme": "loud"}).status_code == 422


def test_it_signs_out_everywhere_but_here(world: World) -> None:
    here, there = world.browser(world.bob), world.browser(world.bob)
    here.post(f"{SETTINGS}/sessions/")
    assert here.get("/acme/").headers["Location"] == "/acme/inbox/"
    assert there.get("/acme/").headers["Location"].startswith("/accounts/login/")


def test_it_shows_a_token_once_and_revokes_it(world: World) -> None:
    browser = world.browser(world.bob)
    form = {"name": "backup", "scopes": ["mail:read"], "lifetime": "30"}
    page = browser.post(f"{SETTINGS}/tokens/", form).content.decode()
    secret = re.search(r"fio_\w+", page)
    assert secret
    token = ApiToken.objects.get()
    assert token.expires_at is not None
    assert secret.group() not in browser.get(f"{SETTINGS}/tokens/").content.decode()
    headers = {"Authorization": f"Bearer {secret.group()}"}
    assert visitor().get("/api/v1/me", headers=headers).status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None
    browser.post(f"{SETTINGS}/tokens/{token.uid}/revocation/")
    assert visitor().get("/api/v1/me", headers=headers).status_code == 401


def test_it_lets_an_admin_see_and_end_everybodys_tokens(world: World) -> None:
    world.api(world.alice)
    token = ApiToken.objects.get()
    assert b"Alice" not in world.browser(world.bob).get(f"{SETTINGS}/tokens/").content
    path = f"{SETTINGS}/tokens/{token.uid}/revocation/"
    assert world.browser(world.bob).post(path).status_code == 403
    assert world.browser(world.alice).post(path).status_code == 302


def test_it_makes_and_changes_a_team(world: World) -> None:
    browser = world.browser(world.alice)
    browser.post(f"{SETTINGS}/teams/", {"name": "Sales", "members": [str(world.bob.uid)]})
    page = browser.get(f"{SETTINGS}/teams/").content.decode()
    assert "Sales" in page
    assert "Bob Lindqvist" in page
    again = browser.post(f"{SETTINGS}/teams/", {"name": "sales"})
    assert again.status_code == 422
    assert b"There is a team named sales already." in again.content
    path = re.search(rf"{SETTINGS}/teams/[0-9a-f-]+/", page)
    assert path
    browser.post(path.group(), {"name": "Support", "members": [str(world.alice.uid)]})
    page = browser.get(f"{SETTINGS}/teams/").content.decode()
    assert "Support" in page
    assert browser.post(f"{path.group()}dissolution/").status_code == 302


def test_it_puts_teams_into_the_order_people_give_them(world: World) -> None:
    browser, path = world.browser(world.alice), f"{SETTINGS}/teams/order/"
    with world.opened():
        made = [
            actions.create_team(name=name, by=world.alice, at=NOW) for name in ("Ant", "Bee", "Cat")
        ]
    order = [str(made[2].uid), str(made[0].uid), "no team", str(made[2].uid)]
    assert browser.post(path, {"uid": order}).status_code == 204
    page = browser.get(f"{SETTINGS}/teams/").content.decode()
    assert page.index("Cat") < page.index("Ant") < page.index("Bee")
    log = browser.get(f"{SETTINGS}/audit/").content.decode()
    assert "Put the teams into this order: Cat, Ant, Bee" in log
    with unchanged(world):
        assert world.browser(world.bob).post(path, {"uid": order[:2]}).status_code == 403
        assert world.browser(world.charlie).post(path, {"uid": order[:2]}).status_code == 404


def test_it_takes_no_stranger_into_a_team(world: World) -> None:
    form = {"name": "Sales", "members": [str(world.charlie.uid)]}
    assert world.browser(world.alice).post(f"{SETTINGS}/teams/", form).status_code == 422
    with world.opened(), pytest.raises(ValidationError):
        actions.create_team(name="Sales", members=[world.charlie], by=world.alice, at=NOW)


def test_it_renames_the_workspace_and_keeps_its_address(world: World) -> None:
    browser = world.browser(world.alice)
    browser.post(f"{SETTINGS}/workspace/", {"name": "Acme do Brasil"})
    page = browser.get(f"{SETTINGS}/workspace/").content.decode()
    assert "Acme do Brasil" in page
    assert world.browser(world.bob).post(f"{SETTINGS}/workspace/", {"name": "x"}).status_code == 403


def test_it_offers_every_workspace_of_the_user(world: World) -> None:
    actions.create_workspace(name="Zeta", owner=world.alice.user, at=NOW)
    menu = world.browser(world.alice).get("/workspaces/switcher/?current=zeta").content.decode()
    assert re.findall(r'href="/(\w+)/inbox/"', menu) == ["acme", "zeta"]
    assert "Globex" not in menu


def test_it_keeps_a_new_address_in_step(world: World) -> None:
    fresh = EmailAddress.objects.create(
        user=world.bob.user, email="roberto@acme.test", verified=True
    )
    fresh.set_as_primary()
    member = Membership.objects.get(pk=world.bob.pk)
    assert member.email == "roberto@acme.test"
