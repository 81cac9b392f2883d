"""A deal that rots gives its owner something to do, once until somebody works on it again."""

from datetime import timedelta

from crm.deals import actions
from crm.deals.actions.following import follow_up
from crm.deals.models import Pipeline
from crm.timeline.models import Activity, Notice
from crm.workspaces.models import AuditEntry
from tests import make
from tests.world import NOW, World

LATER = NOW + timedelta(days=15)


def test_it_follows_up_once_while_a_deal_rots(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        stage.rotting_days = 14
        stage.save()
        deal = make.deal(stage, name="14 depots", owner=world.bob)
        planned = make.deal(stage, name="Planned", owner=world.bob)
        make.activity("Call", planned, assignee=world.bob, due=LATER)
        assert follow_up(at=LATER, most=200) == 0
    alice = world.browser(world.alice)
    path = f"/acme/settings/pipelines/{stage.pipeline.uid}/"
    assert "Remind the owner to follow up" in alice.get(path).text
    assert alice.post(f"{path}following/", {"follows_up": "on"}).status_code == 204
    assert world.browser(world.bob).post(f"{path}following/").status_code == 403
    with world.opened():
        assert Pipeline.objects.get(pk=stage.pipeline_id).follows_up
        entry = AuditEntry.objects.get(verb="pipeline.changed")
        assert entry.data["changes"] == {"follows_up": [False, True]}
        assert (follow_up(at=LATER, most=200), follow_up(at=LATER, most=200)) == (1, 0)
        made = Activity.objects.get(subject="Follow up: 14 depots")
        assert (made.assignee, made.created_by, made.due_on) == (world.bob, None, LATER.date())
        assert Notice.objects.get().member == world.bob
        made.trashed_at = LATER
        made.save()
        assert follow_up(at=LATER + timedelta(days=3), most=200) == 0
        actions.change_deal(
            deal=deal, values={"name": "15 depots"}, by=world.bob, at=LATER + timedelta(days=4)
        )
        assert follow_up(at=LATER + timedelta(days=5), most=200) == 0
        assert follow_up(at=LATER + timedelta(days=20), most=200) == 1
    page = alice.get("/acme/settings/audit/?what=pipeline").text
    assert "follow-up when a deal rots from no to yes" in page
