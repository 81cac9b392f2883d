"""Two reps and their records: told of each other, filtered, merged, changed in bulk."""

from itertools import count
from os import getpid

from playwright.sync_api import Locator, Page, expect

from tests.browser.visits import Visits

_number = count(1)


def person(page: Page, name: str, **typed: str) -> str:
    """A person typed in by hand; the whole name, which nobody else has."""
    name = f"{name} {getpid()}{next(_number)}"
    page.goto("/acme/people/new/")
    for field, value in {"name": name, **typed}.items():
        page.locator(f"[name={field}]").fill(value)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return name


def edit(page: Page, fact: str, value: str) -> None:
    """Type a fact in its place, without saving."""
    page.locator(f"#fact-{fact} button").first.click(force=True)
    page.locator(f"#fact-{fact} [name=value]").fill(value)


def listed(page: Page, name: str) -> Locator:
    return page.locator("#rows tr[data-uid]").filter(has_text=name)


def test_it_shows_and_tells_what_a_colleague_changes(visits: Visits) -> None:
    bob, alice = visits.of("bob", "/acme/people/"), visits.of("alice", "/acme/people/?view=all")
    name = person(bob, "Dana Whitfield")
    expect(listed(alice, name)).to_have_count(1)
    alice.get_by_role("link", name=name).click()
    expect(alice.locator("#fact-title button")).to_be_attached()
    edit(alice, "title", "Buyer of boats")
    edit(bob, "title", "Head of buying")
    bob.keyboard.press("Enter")
    expect(bob.locator("#fact-title .fact-value")).to_have_text("Head of buying")
    visits.expect(409)
    alice.keyboard.press("Enter")
    told = alice.locator("#fact-title [role=alert]")
    expect(told).to_contain_text("changed this meanwhile. It now says: Head of buying")
    expect(alice.locator("#fact-title [name=value]")).to_have_value("Buyer of boats")
    alice.get_by_role("button", name="Keep theirs").click()
    expect(alice.locator("#fact-title .fact-value")).to_have_text("Head of buying")
    edit(bob, "title", "Director")
    bob.keyboard.press("Enter")
    expect(alice.locator("#fact-title .fact-value")).to_have_text("Director")


def test_it_builds_saves_and_shows_a_view(visits: Visits) -> None:
    page = visits.of("alice", "/acme/people/?view=all")
    name = person(page, "Viewed", title="Beekeeper")
    page.goto("/acme/people/?view=all")
    page.get_by_role("button", name="Filter").click()
    page.locator("#builder [name='field-0.0']").select_option("title")
    expect(page.locator("#builder [name='was-0.0']")).to_have_value("title")
    with page.expect_response("**/people/filter/"):
        page.locator("#builder [name='is-0.0']").select_option("is")
    expect(page.locator("#builder [name='is-0.0']")).to_have_value("is")
    page.locator("#builder [name='value-0.0']").fill("Beekeeper")
    page.keyboard.press("Enter")
    page.wait_for_url("**filter=**")
    expect(listed(page, name)).to_have_count(1)
    page.get_by_role("button", name="Save this view").click()
    page.get_by_label("Name of the view").last.fill("Beekeepers")
    page.keyboard.press("Enter")
    page.wait_for_url("**view=**")
    expect(page.get_by_role("button", name="Beekeepers")).to_be_visible()
    expect(listed(page, name)).to_have_count(1)


def test_it_merges_and_parts(visits: Visits) -> None:
    page = visits.of("alice", "/acme/people/")
    phone = f"+47 22 {getpid() % 90 + 10} {next(_number) + 10} 00"
    stays = person(page, "Ana Silva", phones=phone)
    other = person(page, "Ana M. Silva", phones=phone, title="Buyer")
    page.goto("/acme/people/duplicates/")
    pair = page.locator(".pair").filter(has_text=stays).filter(has_text=other)
    expect(pair).to_contain_text("Same phone")
    pair.get_by_role("link", name=f"Merge {stays} and {other}").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(stays)
    expect(page.locator("#fact-title .fact-value")).to_have_text("Buyer")
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.locator("#toasts")).to_contain_text(f"{other} stands on its own again.")
    expect(page.locator("#fact-title .fact-value")).to_have_count(0)
    page.goto(f"/acme/people/?view=all&q={stays.rpartition(' ')[2]}")
    merge = page.get_by_role("button", name="Merge", exact=True)
    listed(page, stays).get_by_role("checkbox").check()
    expect(merge).to_be_hidden()
    page.goto("/acme/people/?view=all&q=Silva")
    for name in (stays, other):
        listed(page, name).get_by_role("checkbox").check()
    merge.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merge Ana")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("became a part of")
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("stands on its own again.")


def test_it_changes_many_and_takes_it_back(visits: Visits) -> None:
    page = visits.of("alice", "/acme/people/")
    name = person(page, "Many")
    page.goto(f"/acme/people/?view=all&q={name.rpartition(' ')[2]}")
    listed(page, name).get_by_role("checkbox").check()
    page.get_by_role("button", name="Other field").click()
    page.locator("#bulk-field").select_option("title")
    expect(page.locator("#bulk-form .field-name")).to_have_text("Job title")
    page.locator("#bulk-form input[name=value]").fill("Seller")
    page.get_by_role("button", name="Give it to all checked").click()
    expect(page.locator("#toasts")).to_contain_text("1 record changed")
    page.get_by_role("button", name="Move to the trash").click()
    expect(listed(page, name)).to_have_count(0)
    page.keyboard.press("z")
    expect(listed(page, name)).to_have_count(1)


def test_it_puts_fields_in_order_by_keys(visits: Visits) -> None:
    page = visits.of("alice", "/acme/settings/fields/?kind=organization")
    names = [f"Field {getpid()}{next(_number)}" for _each in range(2)]
    for name in names:
        page.locator("#id_name").fill(name)
        page.get_by_role("button", name="Add the field").click()
        expect(page.locator("[data-ordered]")).to_contain_text(name)
    with page.expect_response("**/settings/fields/order/**"):
        page.get_by_role("button", name=f"Move {names[1]} with the arrows").press("ArrowUp")
    page.reload()
    shown = page.locator("[data-ordered] .field-name").all_inner_texts()
    assert shown.index(names[1]) < shown.index(names[0])
