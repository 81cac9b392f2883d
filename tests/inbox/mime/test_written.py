"""What members write is cleaned like mail, and can no more stop a server than mail can."""

import pytest

from inbox.mime import bounded, clean, written

FONTS = "".join(f"<font color='#{shade:06x}'>" for shade in range(250))


@pytest.mark.parametrize(
    "html", ["", "<p>Hi <b>there</b>", "<p>é € &lt;b&gt; <a href='https://x.test/'>x</a></p>" * 900]
)
def test_it_cleans_small_and_large_alike(html: str) -> None:
    assert written.cleaned(html) == clean.clean_html(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + FONTS + "<p>hello" * 100_000,
        "<div></a>" * 100_000 + "hello",
        "<div><img alt='</div>'>" * 40_000 + "hello",
    ],
    ids=["formatting without end", "elements that seem to end", "ends inside an attribute"],
)
def test_it_keeps_the_words_of_what_cannot_be_cleaned(
    html: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So little time that no machine is quick enough
    hasty = bounded.Pool(1, seconds=0.3)
    monkeypatch.setattr(written, "_pool", lambda: hasty)
    found = written.cleaned(html)
    hasty.close()
    assert "hello" in found and len(found) <= len(html)
    assert "<font" not in found and "<div" not in found
