"""What is told of ops that are deep in loops: no figure on any page, and all of them in JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from code_path_audit.profiles.model import ActionProfile
from code_path_audit.reports.figures import load_of, share_of, told_load, weight_of
from code_path_audit.reports.html import index_html
from code_path_audit.reports.markdown import profile_markdown
from code_path_audit.reports.mermaid import flowchart
from code_path_audit.reports.summary import candidates_markdown, summary_markdown
from code_path_audit.reports.terminal import summary_text
from tests.reports.three_actions import NO_PROPOSAL, nested

DEEP, THREE = nested(4), nested(3)
HEAVY = "30,000,000"


def test_figures() -> None:
    told = []
    for profile in (DEEP, THREE):
        op = profile.expensive_ops[0]
        told.append((told_load(profile), load_of(profile), weight_of(op, False), share_of(op, told_load(profile))))
    assert told == [
        (20_000_500, "about 20,000,000 units, and 1 op past 3 loops", "-", ""),
        (50_000_500, "about 50,000,000 units", f"about {HEAVY} units", "60%"),
    ]


@pytest.mark.parametrize(
    "page",
    [
        profile_markdown,
        flowchart,
        lambda profile: index_html([profile], "2026-11-29"),
        lambda profile: summary_markdown([profile]),
        lambda profile: candidates_markdown([profile]),
        lambda profile: summary_text([profile]),
    ],
)
def test_pages(page: Callable[[ActionProfile], str]) -> None:
    figures = (HEAVY, "50,000,000")
    assert not any(figure in page(DEEP) for figure in figures)
    assert any(figure in page(THREE) for figure in figures)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (lambda profile: summary_markdown([profile]), "   - Weighs about 30,000,000 units in startup.\n"),
        (lambda profile: index_html([profile], "2026-11-29"), "<b>about 30,000,000 units</b> in startup<"),
    ],
)
def test_what_only_guesses_lead_to_is_no_part_of_the_load(page: Callable[[ActionProfile], str], told: str) -> None:
    heavy, *others = NO_PROPOSAL.expensive_ops
    profile = replace(NO_PROPOSAL, expensive_ops=[heavy._replace(evidence="possible"), *others])
    assert told in page(profile)
