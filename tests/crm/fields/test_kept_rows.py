"""Rows and facts that are made once for the same values, and what they must not mix up."""

from crm.fields.models import Field, Label, Record
from crm.ui.templatetags import kept
from crm.workspaces.models import Membership, User
from tests import make
from tests.world import World


def test_it_shows_a_row_as_it_is_now(world: World) -> None:
    with world.opened():
        firm = make.organization("Fen Dairy")
        person = make.person("Dana Whitfield", "dana@fen.test", organization=firm)
        label = Label.objects.create(kind="person", name="Hot", hue="clay")
        Field.objects.create(kind="person", key="vip", name="Important", type="yes_no")
    bob = world.browser(world.bob)
    path, columns = "/acme/people/", {"view": "all", "column": ["organization", "labels", "vip"]}

    def shown() -> str:
        return str(bob.get(path, columns).text.partition("<tbody>")[2].partition("</tbody>")[0])

    def change(row: Record | Label, **values: object) -> str:
        before = shown()
        with world.opened():
            type(row).objects.filter(pk=row.pk).update(**values)
        after = shown()
        assert after != before
        return after

    assert "Fen Dairy" in shown() and shown() == shown()
    assert "Hot" in change(person, label_ids=[label.pk])
    assert "Warm" in change(label, name="Warm")
    assert "Fen &amp; Sons" in change(firm, name="Fen & Sons")
    assert "Yes" in change(person, custom={"vip": True})
    assert "No" in change(person, custom={"vip": False})
    assert (
        "<a" not in change(firm, trashed_at="2026-11-20T09:30Z").partition("Fen &amp; Sons")[0][-9:]
    )


def test_it_shows_facts_to_each_reader_in_his_own_way(world: World) -> None:
    with world.opened():
        person = make.person("Dana Whitfield")
    path = f"/acme/people/{person.uid}/"
    english = world.browser(world.bob).get(path).text
    assert english.count("Add an address") or "Add" in english
    User.objects.filter(pk=world.alice.user_id).update(language="pt-br")
    theirs = world.browser(world.alice).get(path).text
    assert "Adicionar" in theirs and "Adicionar" not in english
    assert world.browser(world.charlie).get(path).status_code == 404
    assert kept._said.cache_info().currsize > 0


def test_it_names_nobody_else_in_the_shell(world: World) -> None:
    seen = {
        member: world.browser(member).get(f"/{slug}/people/").text
        for member, slug in ((world.alice, "acme"), (world.bob, "acme"), (world.charlie, "globex"))
    }

    def says(member: Membership, word: str) -> bool:
        return word in seen[member].partition("<main")[0]

    assert says(world.alice, "Alice Moreira") and not says(world.bob, "Alice Moreira")
    assert says(world.charlie, "Globex") and not says(world.charlie, "/acme/")
    assert 'aria-current="page"' in seen[world.bob]
