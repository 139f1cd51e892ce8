"""The page as text: it stands alone, and names add nothing to it. Its program has `page/test_in_browser.py`."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.profiles.model import Action
from code_path_audit.reports.html import index_html
from code_path_audit.sources.model import SkippedFile
from tests.reports.sample import LOAD, PARSE, sample
from tests.reports.three_actions import IDLE, NO_PROPOSAL, SAVE, STARTUP


class Page(HTMLParser):
    """What a browser is told: tags, addresses, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            self.addresses += [value or ""] if name == "href" else []
            self.ids += [value or ""] if name == "id" else []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_stands_alone() -> None:
    page = Page(index_html([STARTUP, SAVE, IDLE], "2025-01-31"))
    assert not {"link", "img", "iframe"} & set(page.tags)
    assert page.tags.count("script") == 3
    assert sorted(page.addresses) == [
        "#action-0",
        "#action-1",
        "#action-2",
        "#fix-first",
        *(f"actions/{name}.{suffix}" for name in ("idle", "save", "startup") for suffix in ("json", "md", "mmd")),
        "optimization_candidates.md",
        "summary.md",
    ]
    assert len(page.ids) == len(set(page.ids))
    assert [name for name in page.ids if name.startswith("action-")] == [
        "action-0", "action-1", "action-2", "action-title", "action-about",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Parse once, before the loop",
        "about 30,000,000 units of save, 60% of what it surely pays; about 30,000,000 units of startup, 60% of what it "
        "surely pays",
        "json.loads runs 100 times on what does not change",
        "2025-01-31: 3 actions. Also as ",
    ],
)
def test_the_page_says(text: str) -> None:
    assert text in Page(index_html([STARTUP, SAVE, IDLE], "2025-01-31")).texts


def test_the_page_without_proposals() -> None:
    heaviest = index_html([NO_PROPOSAL], "2025-01-31")
    assert "No change is known that saves a twentieth of what an action surely pays. To look at first:" in heaviest
    assert (
        "No change is known that saves a twentieth of what an action surely pays. No operation weighs more"
        in index_html([IDLE], "2025-01-31")
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_page_does_not_show_the_order_of_rows(seed: int) -> None:
    assert index_html([SAVE, sample(seed)], "2025-01-31") == index_html([STARTUP, SAVE], "2025-01-31")


@given(st.text())
def test_names_add_no_element_to_the_page(name: str) -> None:
    def shape(name: str) -> list[str]:
        candidate = STARTUP.candidates[0]._replace(title=name, file=name, why=name, effort=name, priority=name)
        profile = replace(
            STARTUP,
            action=Action(name, [name], "described"),
            candidates=(candidate,),
            expensive_ops=[PARSE._replace(callee=name, file=name, function=LOAD, path=(name,), base_class=name)],
            skipped=(SkippedFile(name, name, name, 1),),
            widened=(name,),
        )
        return [tag for tag in Page(index_html([profile], "2025-01-31")).tags if tag != "wbr"]

    assert shape(name) == shape("plain")
