"""A list of many hundreds of conversations, scrolled to its end and back."""

from typing import Any

import psycopg
from playwright.sync_api import Page, expect

from crm.config.embedded import secrets
from tests.browser.demo import Demo
from tests.browser.visits import Visits

COUNT = 820
# Old conversations of Bob's, put away, so that no other story meets them
FILL = """
WITH box AS (SELECT workspace_id, id FROM inbox_mailbox WHERE address = 'bob@acme.test'),
made AS (
  INSERT INTO inbox_thread (workspace_id, uid, subject, created_at)
  SELECT workspace_id, gen_random_uuid(), 'Old letter ' || n, now()
  FROM box, generate_series(1, %(count)s) n RETURNING workspace_id, id, subject
)
INSERT INTO inbox_mailboxthread (workspace_id, thread_id, mailbox_id, visibility, place, subject,
  snippet, people, last_at, last_direction, message_count, unread_count, has_attachment, has_sent)
SELECT made.workspace_id, made.id, box.id, 'private', 'archive', made.subject, 'Words', '[]',
  timestamptz '2020-06-01 12:00+00' - split_part(made.subject, ' ', 3)::int * interval '3 hours',
  'in', 1, 0, false, false FROM made, box"""
STATE = """() => ({
  rows: document.querySelectorAll("#threads .thread").length,
  first: document.querySelector("#threads .thread .thread-subject").textContent,
  last: [...document.querySelectorAll("#threads .thread .thread-subject")].at(-1).textContent,
  above: Number(document.querySelector("#above")?.dataset.count ?? 0),
  days: [...document.querySelectorAll("#threads .group")].map((each) => each.id),
})"""
SCROLL = "(by) => { document.querySelector('#list-scroll').scrollTop += by; }"
REFRESH = """() => {
  const button = document.createElement("button");
  button.dataset.command = "refresh-list";
  document.body.append(button);
  button.click();
  button.remove();
}"""
# The subject of the first row that is wholly seen, and how far below the pane's edge it stands
SEEN = """() => {
  const top = document.querySelector("#list-scroll").getBoundingClientRect().top;
  const row = [...document.querySelectorAll("#threads .thread")]
    .find((each) => each.getBoundingClientRect().top >= top);
  return row && [row.querySelector(".thread-subject").textContent,
                 Math.round(row.getBoundingClientRect().top - top)];
}"""


def _fill(demo: Demo) -> None:
    keys = secrets.read(demo.data / "run" / "services.env")
    with psycopg.connect(keys["FIO_DATABASE_SYSTEM_URL"]) as connection:
        have = connection.execute(
            "SELECT count(*) FROM inbox_thread WHERE subject LIKE 'Old letter %%'", {}
        ).fetchone()
        if have == (0,):
            connection.execute(FILL, {"count": COUNT})


def _state(page: Page) -> Any:
    state = page.evaluate(STATE)
    assert state["rows"] <= 550 + 200, state
    assert len(state["days"]) == len(set(state["days"])), "a day has two headings"
    return state


def _seen(page: Page) -> Any:
    """Waits where nothing is there to be seen yet."""
    while (shown := page.evaluate(SEEN)) is None:
        page.wait_for_timeout(20)
    return shown


def test_it_lets_go_of_rows_far_above_and_brings_them_back(visits: Visits, demo: Demo) -> None:
    _fill(demo)
    page = visits.of("bob", "/acme/inbox/archive/")
    total = int(str(page.locator("#threads").get_attribute("data-total")))
    assert total >= COUNT
    page.keyboard.press("Enter")
    expect(page.locator("#position")).to_have_text(f"1 of {total}")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#position")).to_have_text(f"3 of {total}")
    page.locator('#reading .bar [data-command="previous"]').click()
    expect(page.locator("#position")).to_have_text(f"2 of {total}")
    most = 0
    while page.locator("#more").count():
        before = page.locator("#threads .thread").last.get_attribute("id")
        page.evaluate(SCROLL, 100_000)
        expect(page.locator("#threads .thread").last).not_to_have_id(str(before))
        most = max(most, _state(page)["rows"])
    end = _state(page)
    assert end["last"] == f"Old letter {COUNT}"
    assert end["above"] > 0 and end["rows"] + end["above"] >= COUNT and most <= 550

    # What is refreshed keeps its place
    seen = page.evaluate(SEEN)
    with page.expect_response(lambda answer: "rows=" in answer.url and "after=" in answer.url):
        page.evaluate(REFRESH)
    expect(page.locator("#threads .htmx-added")).to_have_count(0)
    now = _state(page)
    assert now | {"days": []} == end | {"days": []} and page.evaluate(SEEN) == seen

    # On the way back every row comes once, in order
    names = []
    for _step in range(400):
        _state(page)
        shown = _seen(page)
        names.append(int(shown[0].rpartition(" ")[2]) if "Old letter" in shown[0] else 0)
        if page.evaluate("document.querySelector('#list-scroll').scrollTop") == 0:
            break
        page.evaluate(SCROLL, -1500)
    assert names == sorted(names, reverse=True)
    expect(page.locator("#above")).to_have_attribute("data-count", "0")
    order = [
        int(text.rpartition(" ")[2])
        for text in page.locator("#threads .thread-subject").all_text_contents()
        if text.startswith("Old letter")
    ]
    assert order == list(range(1, len(order) + 1)) and len(order) <= 700
    expect(page.locator("#more")).to_have_count(1)
