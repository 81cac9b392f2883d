"""Writing to somebody new, and knowing who writes."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.visits import Visits, read


def test_it_writes_a_new_mail_with_a_file(visits: Visits, demo: Demo, tmp_path: Path) -> None:
    offer = tmp_path / "Offer.pdf"
    offer.write_bytes(b"%PDF-1.4\n" + b"x" * 20_000)
    # Somebody has to be new, also when the demo is not
    known = demo.deliver("Only an address", "I am new.")
    subject = known.subject.replace("Only an address", "Our offer")
    page = visits.of("alice")
    page.keyboard.press("c")
    page.wait_for_url("**/compose/**")
    expect(page.get_by_role("combobox", name="To")).to_be_focused()
    page.keyboard.type(known.sender)
    page.keyboard.press("Enter")
    page.get_by_label("Subject").fill(subject)
    page.locator(".editor [contenteditable]").fill("The offer is attached.")
    page.locator("fio-composer input[type=file]").set_input_files(offer)
    expect(page.locator("fio-uploads")).to_contain_text("Offer.pdf")
    expect(page.locator("fio-uploads [data-state=there]")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .toast")).to_contain_text("Sends in")
    page.goto("/acme/inbox/sent/")
    reading = read(page, subject)
    expect(reading.locator(".file")).to_contain_text("Offer.pdf", timeout=90_000)
    assert demo.arrivals(known.sender) == 1
    assert demo.copied(subject) == 1


def test_it_makes_a_person_with_one_click(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Nice to meet you", "We met at the fair.", name="Ingrid Solberg")
    read(page, letter.subject)
    facts = page.locator("#facts")
    facts.get_by_role("button", name="Create person").click()
    expect(facts.get_by_role("link", name="Ingrid Solberg").first).to_be_visible()
    expect(facts.get_by_role("button", name="Create person")).to_have_count(0)
    facts.get_by_role("link", name="Ingrid Solberg").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ingrid Solberg")
    page.locator("#tab-mail").click()
    expect(page.get_by_text(letter.subject)).to_be_visible()
