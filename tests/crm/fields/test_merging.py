"""Two records become one with all that belongs to them, and two again exactly as they were."""

from typing import Any

from crm.contacts.models import Organization, Person, PersonPhone
from crm.deals.models import Deal, DealPerson
from crm.fields.models import Field, Label, Merge
from crm.timeline.models import Event, EventAbout
from crm.workspaces.models import Membership
from inbox.models import ThreadLink
from tests import make
from tests.world import World

OWN = ("version", "updated_at", "updated_by_id")


def picture(model: Any, pk: int) -> dict[str, Any]:
    """Everything a row holds but that it was touched."""
    row = model.objects.get(pk=pk)
    return {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if field.attname not in OWN
    }


def merge(world: World, who: Membership, into: Any, other: Any, **take: str) -> Any:
    with world.opened():
        rows = {row.pk: row for row in Person.objects.filter(pk__in=(into.pk, other.pk))}
        form = {
            "with": str(other.uid),
            "version": rows[into.pk].version,
            "other_version": rows[other.pk].version,
            **{f"take-{name}": side for name, side in take.items()},
        }
    return world.browser(who).post(f"/acme/people/{into.uid}/merge/", form, follow=True)


def parts(person: Person) -> dict[str, Any]:
    return {
        "emails": sorted(person.emails.values_list("address", "label", "is_primary", "is_live")),
        "phones": sorted(person.phones.values_list("number", "label", "is_primary")),
        "links": sorted(
            ThreadLink.objects.filter(kind="person", object_id=person.pk).values_list("thread")
        ),
        "deals": sorted(Deal.objects.filter(person=person).values_list("pk", "search")),
        "in": sorted(DealPerson.objects.filter(person=person).values_list("deal")),
    }


def test_it_merges_two_people_and_parts_them_again(world: World) -> None:
    with world.opened():
        labels = [Label.objects.create(kind="person", name=name) for name in ("Partner", "VIP")]
        Field.objects.create(kind="deal", key="found_by", name="Found by", type="person")
        stage = make.pipeline()[0]
        into = make.person("Ana Silva", "ana@santos.test", label_ids=[labels[0].pk],
                           owner=world.alice, custom={"size": 4})  # fmt: skip
        other = make.person("Ana M. Silva", "ana@home.test", "a@old.test", title="Buyer",
                            label_ids=[labels[1].pk], custom={"shoe": "44"},
                            owner=world.bob)  # fmt: skip
        for row in (into, other):
            PersonPhone.objects.create(person=row, number="+551132104321", is_primary=True)
        PersonPhone.objects.create(person=other, number="+551199999999", label="mobile")
        for row in (into, other):
            row.prepare()
            row.save()
        both, hers = make.deal(stage, "Both"), make.deal(stage, "Hers", person=other)
        DealPerson.objects.create(deal=both, person=into)
        DealPerson.objects.create(deal=both, person=other, role="pays")
        found = make.deal(stage, "Found", custom={"found_by": str(other.uid)})
        mail = make.message(make.mailbox(world.alice), sender="Ana <ana@home.test>")
        make.linked(mail.thread, other)
        before = [(picture(Person, row.pk), parts(row)) for row in (into, other)]
    alice = world.browser(world.alice)
    preview = alice.get(f"/acme/people/{into.uid}/merge/", {"with": str(other.uid)})
    assert preview.status_code == 200 and "Ana M. Silva" in preview.text
    assert ("conversations", 1) in [(str(w), n) for w, n in preview.context["moves"]]
    page = merge(world, world.alice, into, other, name="other", title="other", owner="into")
    assert page.status_code == 200 and "Undo the merge" in page.text
    # The toast takes it back as well, with Z
    assert 'data-undo="unmerge"' in page.text and 'id="unmerge"' in page.text
    with world.opened():
        row = Person.objects.get(pk=into.pk)
        assert (row.name, row.title, row.owner) == ("Ana M. Silva", "Buyer", world.alice)
        assert row.label_ids == [label.pk for label in labels]
        emails = sorted(row.emails.values_list("address", "is_primary"))
        assert emails == [
            ("a@old.test", False),
            ("ana@home.test", False),
            ("ana@santos.test", True),
        ]
        assert row.phones.count() == 2
        assert Deal.objects.get(pk=hers.pk).person == row
        assert "ana m. silva" in Deal.objects.get(pk=hers.pk).search
        assert Deal.objects.get(pk=found.pk).custom == {"found_by": str(into.uid)}
        assert ThreadLink.objects.get().object_id == into.pk
        assert Person.objects.get(pk=other.pk).is_trashed
        event = Event.objects.get(verb="person.merged")
        assert event.by == world.alice
        assert event.data["changes"]["title"] == ["", "Buyer"]
        assert EventAbout.objects.filter(kind="person", object_id=into.pk).exists()
        made = Merge.objects.get()
    # The old address leads to the one that stayed
    assert alice.get(f"/acme/people/{other.uid}/").headers["Location"].endswith(f"{into.uid}/")
    done = alice.post(f"/acme/people/{into.uid}/unmerge/", {"merge": str(made.uid)}, follow=True)
    assert "Ana M. Silva stands on its own again." in done.text
    with world.opened():
        after = [(picture(Person, row.pk), parts(row)) for row in (into, other)]
        assert after == before
        assert Deal.objects.get(pk=found.pk).custom == {"found_by": str(other.uid)}
        assert Event.objects.filter(verb="person.parted", by=world.alice).count() == 1
    again = alice.post(f"/acme/people/{into.uid}/unmerge/", {"merge": str(made.uid)})
    assert again.status_code == 404


def test_it_says_what_becomes_of_what_both_have(world: World) -> None:
    with world.opened():
        labels = [Label.objects.create(kind="person", name=name) for name in ("Partner", "VIP")]
        both = [label.pk for label in labels]
        into = make.person("Ana", "ana@santos.test", label_ids=both)
        other = make.person("Ana", "ana@home.test", label_ids=both[:1])
        for row in (into, other):
            PersonPhone.objects.create(person=row, number="+4722334455")
    alice = world.browser(world.alice)

    def said() -> dict[str, str]:
        page: Any = alice.get(f"/acme/people/{into.uid}/merge/", {"with": str(other.uid)})
        lines = page.context["lines"]
        return {fact.name: str(words) for fact, _chooses, wins, words in lines if wins == "both"}

    assert said() == {
        "emails": "Both are kept.",
        "phones": "Both have the same, so it is kept once.",
        "labels": "All are kept, and what both have is kept once.",
    }
    with world.opened():
        other.phones.all().delete()
    assert said()["phones"] == ""


def test_it_keeps_what_was_changed_since_the_merge(world: World) -> None:
    with world.opened():
        into = make.person("Ana", "ana@santos.test")
        other = make.person("Ana", "ana@home.test", title="Buyer")
    api = world.api(world.alice)
    told = api.post(f"people/{into.uid}/merge/", {"other": str(other.uid)})
    assert told.status_code == 200 and told.json()["title"] == "Buyer"
    api.patch(f"people/{into.uid}/", {"name": "Ana Lima", "emails": []})
    assert api.post(f"people/{into.uid}/unmerge/").status_code == 200
    with world.opened():
        here, back = Person.objects.get(pk=into.pk), Person.objects.get(pk=other.pk)
        assert (here.name, here.title, back.name, back.title) == ("Ana Lima", "", "Ana", "Buyer")
        assert list(back.emails.values_list("address", flat=True)) == ["ana@home.test"]
        assert here.emails.count() == 0
    assert api.post(f"people/{into.uid}/unmerge/").status_code == 409


def test_it_merges_organizations_with_their_people_and_deals(world: World) -> None:
    with world.opened():
        into = make.organization("Northwind", domains=["northwind.test"])
        other = make.organization("Northwind Ltd", domains=["nw.test"], website="https://nw.test")
        dana = make.person("Dana", organization=other)
        deal = make.deal(make.pipeline()[0], organization=other)
    api = world.api(world.bob)
    told = api.post(
        f"organizations/{into.uid}/merge/", {"other": str(other.uid), "take": ["website"]}
    ).json()
    assert told["domains"] == ["northwind.test", "nw.test"]
    assert told["website"] == "https://nw.test" and told["name"] == "Northwind"
    with world.opened():
        assert Person.objects.get(pk=dana.pk).organization == into
        assert Deal.objects.get(pk=deal.pk).organization == into
    api.post(f"organizations/{into.uid}/unmerge/")
    with world.opened():
        assert Person.objects.get(pk=dana.pk).organization == other
        assert "northwind ltd" in Person.objects.get(pk=dana.pk).search
        assert Organization.objects.get(pk=into.pk).domains == ["northwind.test"]


def test_it_merges_only_what_one_may_change_and_sees(world: World) -> None:
    with world.opened():
        into = make.person("Ana")
        other = make.person("Ana", owner=world.alice, visibility="owner")
        theirs = world.globex
    with world.opened(theirs):
        far = make.person("Ana")
    bob = world.browser(world.bob)
    assert bob.get(f"/acme/people/{into.uid}/merge/", {"with": str(other.uid)}).status_code == 404
    api = world.api(world.bob)
    for wrong in (other, far):
        assert api.post(f"people/{into.uid}/merge/", {"other": str(wrong.uid)}).status_code == 404
    for body in ({"other": str(into.uid)}, {"other": str(into.uid), "take": ["x"]}, {}):
        assert api.post(f"people/{into.uid}/merge/", body).status_code == 400, body
    with world.opened():
        assert Merge.objects.count() == 0 and Person.objects.filter(trashed_at=None).count() == 2


def test_it_asks_again_when_one_of_them_changed(world: World) -> None:
    with world.opened():
        into, other = make.person("Ana"), make.person("Ana")
    form = {"with": str(other.uid), "version": 1, "other_version": 1}
    world.api(world.bob).patch(f"people/{other.uid}/", {"title": "Buyer"})
    page = world.browser(world.alice).post(f"/acme/people/{into.uid}/merge/", form, follow=True)
    assert "One of the two was changed meanwhile." in page.text and "Buyer" in page.text
    with world.opened():
        assert Merge.objects.count() == 0


def test_it_does_not_part_what_went_further(world: World) -> None:
    with world.opened():
        one, two, three = (make.person("Ana") for _each in range(3))
    api = world.api(world.alice)
    api.post(f"people/{two.uid}/merge/", {"other": str(three.uid)})
    api.post(f"people/{one.uid}/merge/", {"other": str(two.uid)})
    assert api.post(f"people/{two.uid}/unmerge/").status_code == 404
    assert api.post(f"people/{one.uid}/unmerge/").status_code == 200
    assert api.post(f"people/{two.uid}/unmerge/").status_code == 200
    with world.opened():
        assert Person.objects.filter(trashed_at=None).count() == 3
