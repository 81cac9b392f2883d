"""Two reps and the tasks of one project: each sees what the other does, and nothing is lost."""

from os import getpid

from playwright.sync_api import Locator, Page, expect

from tests.browser.visits import Visits


def _tasks(page: Page) -> Locator:
    return page.locator("#tasks .task-name")


def _add(page: Page, name: str) -> None:
    line = page.locator("#add-task [name=name]")
    line.fill(name)
    line.press("Enter")
    expect(_tasks(page).filter(has_text=name)).to_have_count(1)


def _change(page: Page, task: str, name: str) -> Locator:
    """The form of a task with another name typed, not saved."""
    page.get_by_role("button", name=f"Change {task}", exact=True).click()
    form = page.locator("form[id^=task-]")
    form.locator("[name=name]").fill(name)
    return form


def test_two_change_the_tasks_of_a_project_at_once(visits: Visits) -> None:
    alice = visits.of("alice", "/acme/projects/new/")
    alice.locator("[name=name]").fill(f"Roll-out {getpid()}")
    alice.get_by_role("button", name="Save").click()
    expect(alice.locator("#add-task")).to_be_visible()
    bob = visits.of("bob", alice.url)
    for page in (alice, bob):
        expect(page.locator("#side-live")).to_contain_text("Live")
    _add(alice, "Install readers")
    expect(_tasks(bob)).to_have_text(["Install readers"])
    # What one is typing stays when the other's tasks come in
    bob.locator("#add-task [name=name]").fill("Train the")
    _add(alice, "Order racks")
    bob.keyboard.type(" drivers")
    bob.keyboard.press("Enter")
    expect(_tasks(bob)).to_have_text(["Install readers", "Order racks", "Train the drivers"])
    expect(_tasks(alice)).to_have_text(["Install readers", "Order racks", "Train the drivers"])
    # The second to save is told, and his words are still there
    mine = _change(alice, "Install readers", "Install 20 readers")
    theirs = _change(bob, "Install readers", "Install 25 readers")
    theirs.get_by_role("button", name="Save").click()
    expect(_tasks(bob).first).to_have_text("Install 25 readers")
    visits.expect(409)
    mine.get_by_role("button", name="Save").click()
    told = alice.locator("#tasks [role=alert]")
    expect(told).to_contain_text("Bob Keller changed this meanwhile. It now says: Install 25")
    expect(mine.locator("[name=name]")).to_have_value("Install 20 readers")
    expect(_tasks(bob).first).to_have_text("Install 25 readers")
    alice.get_by_role("button", name="Keep theirs").click()
    expect(_tasks(alice).first).to_have_text("Install 25 readers")
    mine = _change(alice, "Order racks", "Order 12 racks")
    theirs = _change(bob, "Order racks", "Order 14 racks")
    theirs.get_by_role("button", name="Save").click()
    expect(_tasks(bob).nth(1)).to_have_text("Order 14 racks")
    mine.get_by_role("button", name="Save").click()
    alice.get_by_role("button", name="Use mine").click()
    for page in (alice, bob):
        expect(_tasks(page).nth(1)).to_have_text("Order 12 racks")
    alice.get_by_role("button", name="Take Train the drivers out").click()
    expect(_tasks(bob)).to_have_text(["Install 25 readers", "Order 12 racks"])
