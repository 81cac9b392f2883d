"""Records are found by name in the form of an activity, and several are linked at once."""

from tests import make
from tests.world import World

PICKER = "/acme/picker/"


def test_it_links_records_that_were_found_by_name(world: World) -> None:
    with world.opened():
        dana = make.person("Dana Whitfield", owner=world.alice)
        deal = make.deal(make.pipeline()[0], name="Danish depots", owner=world.alice)
        hidden = make.person("Dana Hidden", owner=world.alice, visibility="owner")
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    assert 'id="picker-find"' in alice.get("/acme/activities/new/").text
    found = alice.get(PICKER, {"find": "dan"}).text
    assert "Dana Whitfield" in found and "Danish depots" in found and "Dana Hidden" in found
    assert "Dana Hidden" not in bob.get(PICKER, {"find": "dan"}).text
    one, other = f"person:{dana.uid}", f"deal:{deal.uid}"
    assert "Dana Whitfield" not in alice.get(PICKER, {"find": "dan", "about": one}).text
    picked = alice.get(PICKER, {"about": one, "also": other}).text
    assert f'value="{one}" checked' in picked and f'value="{other}" checked' in picked
    secret = bob.get(PICKER, {"also": [f"person:{hidden.uid}", "person:nothing", "what:ever"]})
    assert secret.status_code == 200 and "Hidden" not in secret.text
    stranger = world.browser(world.charlie)
    assert stranger.get(PICKER, {"find": "dan"}).status_code == 404
