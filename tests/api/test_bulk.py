"""Labels, drafts, notes, pipelines and stages: many at once, or none; and what changed since."""

from datetime import timedelta
from typing import Any

import pytest

from crm.deals.models import Stage
from crm.fields.actions.labels import create_label
from crm.fields.models import Label
from crm.timeline.actions import notes
from crm.timeline.models import Note
from inbox.models import Draft, MailLabel
from tests import make
from tests.unchanged import unchanged
from tests.world import NOW, World


def test_it_makes_changes_and_removes_labels(world: World) -> None:
    with world.opened():
        old, gone = make.mail_label("Old"), make.mail_label("Gone")
    api = world.api(world.alice)
    asked: dict[str, Any] = {
        "create": [{"name": "Board approved"}, {"name": "Gone", "hue": "sky"}],
        "update": [{"id": str(old.uid), "name": "Older"}],
        "delete": [str(gone.uid)],
    }
    told = api.post("mail_labels/bulk/", asked, key="once").json()
    assert [row["name"] for row in told["created"]] == ["Board approved", "Gone"]
    assert (told["updated"][0]["name"], told["updated"][0]["hue"]) == ("Older", old.hue)
    assert told["deleted"] == [str(gone.uid)]
    assert api.post("mail_labels/bulk/", asked, key="once").json() == told
    with unchanged(world):
        taken = {"create": [{"name": "Fresh"}, {"name": "older"}]}
        refused = api.post("mail_labels/bulk/", taken)
        assert refused.status_code == 400 and "name" in refused.text
        assert api.post("mail_labels/bulk/", {"delete": [str(gone.uid)]}).status_code == 404
        many = {"create": [{"name": f"L{n}"} for n in range(201)]}
        assert api.post("mail_labels/bulk/", many).status_code == 400
    with world.opened():
        names = MailLabel.objects.filter(removed_at=None).values_list("name", flat=True)
        assert set(names) == {"Board approved", "Gone", "Older"}


def test_it_leaves_of_a_draft_what_is_not_named(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        kept = make.draft(box, world.alice, subject="Offer", to=[["Dana", "dana@northwind.test"]])
        gone = make.draft(box, world.alice, subject="Gone")
    api = world.api(world.alice)
    fresh = {"mailbox": str(box.uid), "to": ["raj@northwind.test"], "subject": "New", "text": "Hi"}
    asked = {
        "create": [fresh],
        "update": [{"id": str(kept.uid), "subject": "Our offer", "text": "As agreed."}],
        "delete": [str(gone.uid)],
    }
    told = api.post("drafts/bulk/", asked).json()
    assert [row["subject"] for row in told["created"]] == ["New"]
    [changed] = told["updated"]
    assert (changed["subject"], changed["text"]) == ("Our offer", "As agreed.")
    assert "dana@northwind.test" in changed["to"][0]
    with world.opened():
        left = Draft.objects.filter(discarded_at=None)
        assert set(left.values_list("subject", flat=True)) == {"Our offer", "New"}
    other = world.api(world.bob)
    with unchanged(world):
        stale = {"id": str(kept.uid), "subject": "Late", "version": 0}
        bob = {"update": [{"id": str(kept.uid), "subject": "Bob was here"}]}
        assert api.post("drafts/bulk/", {"create": [fresh], "update": [stale]}).status_code == 409
        assert other.post("drafts/bulk/", bob).status_code == 404


def test_it_does_two_things_to_no_row(world: World) -> None:
    with world.opened():
        one, two = make.mail_label("One"), make.mail_label("Two")
    api, change = world.api(world.alice), {"id": str(one.uid), "name": "Once"}
    with unchanged(world):
        for asked in (
            {"delete": [str(two.uid), str(two.uid).upper()]},
            {"update": [change, {**change, "name": "Twice"}]},
            {"update": [change], "delete": [str(one.uid)]},
        ):
            refused = api.post("mail_labels/bulk/", asked)
            assert refused.status_code == 400 and "Name each row once." in refused.text


def test_it_makes_labels_of_records(world: World) -> None:
    api = world.api(world.alice)
    made = api.post("labels/bulk/", {"create": [{"kind": "deal", "name": "Hot"}]}).json()
    [hot] = made["created"]
    asked = {"update": [{"id": hot["id"], "hue": "clay"}]}
    [changed] = api.post("labels/bulk/", asked).json()["updated"]
    assert (changed["name"], changed["hue"]) == ("Hot", "clay")
    assert api.post("labels/bulk/", {"delete": [hot["id"]]}).json()["deleted"] == [hot["id"]]
    assert api.get("labels/").json()["results"] == []


def test_it_writes_notes_about_what_they_name(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0])
    api = world.api(world.alice)
    new = [{"html": f"<p>Note {n}</p>", "deals": [str(deal.uid)]} for n in range(2)]
    made = api.post("notes/bulk/", {"create": new}).json()["created"]
    assert [row["text"] for row in made] == ["Note 0", "Note 1"]
    assert str(deal.uid) in str(made[0]["about"])
    first, second = (row["id"] for row in made)
    asked = {"update": [{"id": first, "pinned": True}], "delete": [second]}
    told = api.post("notes/bulk/", asked).json()
    assert (told["updated"][0]["text"], told["updated"][0]["pinned"]) == ("Note 0", True)
    with unchanged(world):
        lost = {"create": [*new, {"html": "<p>About nothing</p>"}]}
        assert api.post("notes/bulk/", lost).status_code == 400
    with world.opened():
        assert Note.objects.filter(trashed_at=None).count() == 1


def test_it_sets_up_a_way_of_selling(world: World) -> None:
    api = world.api(world.alice)
    asked = {"create": [{"name": "Renewals"}, {"name": "Partners"}]}
    ways = api.post("pipelines/bulk/", asked).json()["created"]
    steps = [
        {"pipeline": ways[0]["id"], "name": name, "probability": chance}
        for name, chance in (("Asked", 40), ("Signed", 90))
    ]
    made = api.post("stages/bulk/", {"create": steps}).json()["created"]
    assert [row["probability"] for row in made] == [40, 90]
    change = {"update": [{"id": made[0]["id"], "name": "Reminded"}]}
    [changed] = api.post("stages/bulk/", change).json()["updated"]
    assert (changed["name"], changed["probability"]) == ("Reminded", 40)
    renamed = {"update": [{"id": ways[1]["id"], "name": "Resellers"}]}
    [partners] = api.post("pipelines/bulk/", renamed).json()["updated"]
    assert (partners["name"], partners["follows_up"]) == ("Resellers", ways[1]["follows_up"])
    with world.opened():
        assert Stage.objects.filter(pipeline__name="Renewals").count() == 2


@pytest.mark.parametrize(
    "path", ["mail_labels", "labels", "drafts", "notes", "pipelines", "stages"]
)
def test_it_changes_nothing_for_a_stranger(world: World, path: str) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        rows = {
            "mail_labels": make.mail_label(),
            "drafts": make.draft(make.mailbox(world.alice), world.alice),
            "notes": notes.write_note(
                html="<p>A</p>", about=[make.deal(stage)], by=world.alice, at=NOW
            ),
            "labels": create_label(kind="deal", name="Hot", hue="clay", by=world.alice, at=NOW),
            "pipelines": stage.pipeline,
            "stages": stage,
        }
    uid, charlie = str(rows[path].uid), world.api(world.charlie)
    reader = world.api(world.alice, ("mail:read", "deals:read", "activities:read"))
    with unchanged(world):
        assert charlie.post(f"{path}/bulk/", {"update": [{"id": uid}]}).status_code == 404
        gone = charlie.post(f"{path}/bulk/", {"delete": [uid]}).status_code
        assert gone == (400 if path in ("pipelines", "stages") else 404)
        assert reader.post(f"{path}/bulk/", {}).status_code == 403


@pytest.mark.parametrize("path", ["mail_labels", "labels", "pipelines", "stages"])
def test_it_lists_what_changed_since(world: World, path: str) -> None:
    with world.opened():
        first, *_others = make.pipeline()
        by: dict[str, Any] = {"by": world.alice, "at": NOW}
        make.pipeline("Renewals")
        for name in ("Hot", "Cold"):
            make.mail_label(name)
            create_label(kind="deal", name=name, hue="clay", **by)
        known = {
            "mail_labels": MailLabel.objects.get(name="Hot"),
            "labels": Label.objects.get(name="Hot"),
            "pipelines": first.pipeline,
            "stages": first,
        }
        for model in {type(row) for row in known.values()}:
            model.objects.update(updated_at=NOW - timedelta(days=9))
    api, since = world.api(world.alice), (NOW - timedelta(days=1)).isoformat()
    assert api.get(f"{path}/", updated_since=since).json()["results"] == []
    changed = api.patch(f"{path}/{known[path].uid}/", {"name": "Warm"}).json()
    [told] = api.get(f"{path}/", updated_since=since).json()["results"]
    assert (told["name"], told["updated_at"]) == ("Warm", changed["updated_at"])
    assert len(api.get(f"{path}/").json()["results"]) > 1
    assert api.get(f"{path}/", updated_since="yesterday").status_code == 400
