"""The files of a report."""

from dataclasses import replace

import pytest

from code_path_audit.profiles.model import Action
from code_path_audit.reports.files import report_files
from tests.reports.sample import sample

DATE = "2025-01-31"


@pytest.mark.parametrize("seed", [1, 2])
def test_the_files_of_a_report(seed: int) -> None:
    profile = sample()
    other = replace(profile, action=Action("save", ["shop.app.main"]))
    files = [
        report_files(profiles, profile.call_graph, {}, {}, date=DATE, edges=edges)
        for profiles, edges in (
            ([profile, other], profile.edges),
            ([other, profile], sample(seed).edges),
        )
    ]
    assert files[0] == files[1]
    assert sorted(files[0]) == [
        "actions/save.json",
        "actions/save.md",
        "actions/save.mmd",
        "actions/startup.json",
        "actions/startup.md",
        "actions/startup.mmd",
        "call_graph.json",
        "expensive_ops.json",
        "index.html",
        "optimization_candidates.md",
        "state_mutations.json",
        "summary.md",
    ]
    assert all(text.endswith("\n") and "\r" not in text for text in files[0].values())
