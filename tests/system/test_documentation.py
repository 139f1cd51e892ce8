"""What the pages point to is there: files, names in the code, other pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.system.documentation import CODE, PATH, PROJECT, exists, find_dotted, pages

EXAMPLES = frozenset((
    "shop/main.py", "src/shop/store.py", "tests/test_checkout.py", "my-script.py", "dodo.py",  # of audited programs
    "json.py", "conf.py",  # of a checkout, of Sphinx
    "code-path-audit.toml", "observations.jsonl", "baselines/observations.jsonl", "history.jsonl",  # of users
    "baselines/libraries.toml", "accepted.jsonl",
    "baselines/NAME.json", "actions/NAME.md", "NAME.json", "NAME.md",
    "*.toml", "*.json",
    "build.py", "wrapper.py", "baseline.py", "benchmark.py", "test_native.py",  # of a program that goes native
))  # fmt: skip
"""Files that pages speak of and that are not in this repository."""

LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)\s#]+)(?:#[^)\s]*)?\)")


def name_of(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_files_exist(page: Path) -> None:
    """Each path between backticks, from the top of the repository or from some folder on."""
    written = {code.split(":")[0] for code in CODE.findall(page.read_text(encoding="utf-8"))}
    paths = {code for code in written if PATH.fullmatch(code)}
    assert sorted(path for path in paths if path not in EXAMPLES and not exists(path)) == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_files_exist_that_prose_names(page: Path) -> None:
    """Each path from the top of the repository, between backticks or not."""
    paths = set(
        re.findall(
            r"(?<![\w./-])(?:audit|hooks|tests|benchmarks|docs)/[\w./-]*\.(?:py|md|toml|json)\b",
            page.read_text(encoding="utf-8"),
        )
    )
    assert sorted(path for path in paths - EXAMPLES if not exists(path)) == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_names_exist(page: Path) -> None:
    """Each dotted name between backticks that begins in one of our packages."""
    codes = [code.removesuffix("()") for code in CODE.findall(page.read_text(encoding="utf-8"))]
    dotted = {code for code in codes if re.fullmatch(r"[a-z_]\w*(?:\.\w+)+", code) and not PATH.fullmatch(code)}
    assert sorted(name for name in dotted if find_dotted(name) is False) == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Each link to a file of the repository."""
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_decisions_that_are_named_exist() -> None:
    """ "decision 0009", "decisions 0024, 0025 and 0027"."""
    known = {path.name[:4] for path in (PROJECT / "docs/decisions").glob("0*.md")}
    named = {
        number
        for page in pages()
        for row in re.findall(r"[Dd]ecisions? ((?:\d{4}(?:, | and )?)+)", page.read_text(encoding="utf-8"))
        for number in re.findall(r"\d{4}", row)
    }
    assert named - known == set()
    assert named, "the pattern finds nothing"
