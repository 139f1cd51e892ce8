"""Each way in which a baseline file can be bad."""

# ruff: noqa: E501 (a row of a baseline file is one line)

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.errors import EXIT_ERROR, AuditError
from code_path_gate.baseline.read import MAX_BYTES, parse_baseline
from code_path_gate.states.worktree import Worktree, safe_path
from tests.gate.baseline.files import TEXT
from tests.gate.rows import op


def changed(*replacements: tuple[str, str]) -> bytes:
    text = TEXT
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


FIRST_OP = next(line for line in TEXT.splitlines() if line.startswith('{"id"'))

BAD = {
    "empty": (b"", "baseline-truncated"),
    "cut in a text": (TEXT.encode()[:700], "baseline-truncated"),
    "cut between rows": (TEXT.encode()[: TEXT.index('"ops"')], "baseline-truncated"),
    "cut before the last brace": (TEXT.encode()[:-3], "baseline-truncated"),
    "a merge conflict": (
        changed((FIRST_OP, f"<<<<<<< ours\n{FIRST_OP}\n=======\n{FIRST_OP}\n>>>>>>> theirs")),
        "baseline-conflict",
    ),
    "a merge conflict with CRLF": (
        changed((FIRST_OP, f"<<<<<<< ours\r\n{FIRST_OP}\r\n=======\r\n>>>>>>> theirs")),
        "baseline-conflict",
    ),
    "no JSON": (b"ops: []\n", "baseline-syntax"),
    "more after the end": (TEXT.encode() + b"{}", "baseline-syntax"),
    "not UTF-8": (b'{"format": "\xff"}', "baseline-syntax"),
    "no object": (b"[]", "baseline-syntax"),
    "nested too deeply": (b"[" * 100_000 + b"]" * 100_000, "baseline-syntax"),
    "not a number": (changed(('"size": 20,', '"size": NaN,')), "baseline-syntax"),
    "a number of ten thousand digits": (changed(('"size": 20,', f'"size": {"9" * 10_000},')), "baseline-syntax"),
    "a key twice in one row": (changed(('"ordinal": 1, "size": 20', '"ordinal": 1, "ordinal": 1, "size": 20')), "baseline-syntax"),
    "a list twice": (changed(('"unresolved": [', '"ops": ["end"],\n"unresolved": [')), "baseline-syntax"),
    "of a newer version": (changed(('"format": 5,', '"format": 6,')), "baseline-newer"),
    "no version": (changed(('"format": 5,\n', "")), "baseline-schema"),
    "a version that is none": (changed(('"format": 5,', '"format": true,')), "baseline-schema"),
    "of another action": (changed(('"action": "save"', '"action": "load"')), "baseline-schema"),
    "a list without its end": (changed(('"end"],\n"unresolved"', '"more"],\n"unresolved"')), "baseline-schema"),
    "a row that is none": (changed((FIRST_OP, "7,")), "baseline-schema"),
    "an unknown key": (changed(('"ordinal": 1, "size": 20', '"file": "../../x", "ordinal": 1, "size": 20')), "baseline-schema"),
    "a missing key": (changed(('"size": 20, ', "")), "baseline-schema"),
    "a condition that is none": (changed(('"condition": "', '"condition": "x')), "baseline-schema"),
    "an evidence that is none": (changed(('"evidence": "certain"', '"evidence": "exact"')), "baseline-schema"),
    "a text for a number": (changed(('"weight": 2000', '"weight": "2000"')), "baseline-schema"),
    "a truth for a number": (changed(('"ordinal": 1, "size": 20', '"ordinal": true, "size": 20')), "baseline-schema"),
    "a negative size": (changed(('"size": 20,', '"size": -20,')), "baseline-schema"),
    "an infinite size": (changed(('"size": 20,', '"size": 1e999,')), "baseline-schema"),
    "a class without constants": (
        changed(('"cost_class": "file_io", "base_class": "file_io"', '"cost_class": "x", "base_class": "x"')),
        "baseline-identity",
    ),
    "a class that it cannot have": (changed(('"cost_class": "file_io"', '"cost_class": "pickle"')), "baseline-schema"),
    "an unknown source of size": (changed(('"size_source": "literal"', '"size_source": "guess"')), "baseline-schema"),
    "a false weight": (changed(('"weight": 450000', '"weight": 450001')), "baseline-weight"),
    "a false size": (changed(('"size": 20,', '"size": 21,')), "baseline-weight"),
    "a function that was renamed by hand": (
        changed(('"function": "shop.store.save", "callee"', '"function": "shop.store.keep", "callee"')),
        "baseline-identity",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files(name: str) -> None:
    data, slug = BAD[name]
    with pytest.raises(AuditError) as caught:
        parse_baseline(data, "baselines/save.json", "save")
    assert (caught.value.slug, caught.value.exit_code) == (slug, EXIT_ERROR)
    assert caught.value.where.startswith("baselines/save.json")
    assert caught.value.todo


def test_the_message_of_a_false_weight() -> None:
    with pytest.raises(AuditError) as caught:
        parse_baseline(changed(('"weight": 450000', '"weight": 1')), "baselines/save.json", "save")
    assert str(caught.value) == (
        "the baseline was damaged or edited by hand: the weight is given as 1, but follows as 450,000 from class, size "
        f"and amplification (baselines/save.json: op {op('shop.store.load json.load 1').id}). Take it back from git, "
        "or make it anew: code-path-gate refresh --action save [baseline-weight]"
    )


@given(st.data())
def test_no_damage_gets_through_unseen(data: st.DataObject) -> None:
    """Whatever is cut out of a file: an error of ours, or the very same baseline."""
    raw = TEXT.encode()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(start + 40, len(raw))))
    damaged = raw[:start] + data.draw(st.binary(max_size=4)) + raw[end:]
    try:
        parse_baseline(damaged, "save.json", "save")
    except AuditError as error:
        assert error.slug.startswith("baseline-")


MERGED = {
    "the same row twice": ((FIRST_OP, FIRST_OP + "\n" + FIRST_OP), 1),
    "two rows of one op": ((FIRST_OP, FIRST_OP.replace('"size": 1000', '"size": 500').replace("450000", "225000") + "\n" + FIRST_OP), 1),
    "made by two versions": (('"analysis": 1,', '"analysis": 1,\n"analysis": 7,'), 1),
    "made with two models": (('"model": "heuristic",', '"model": "heuristic",\n"model": "reference",'), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", MERGED)
def test_what_a_merge_keeps_of_both_branches_reads(name: str) -> None:
    edit, analysis = MERGED[name]
    merged = parse_baseline(changed(edit), "save.json", "save")
    assert merged.analysis == analysis
    assert [row.function for row in merged.ops] == ["shop.store.load", "shop.store.save"]
    # of two the lighter one: what is heavier than one of the branches says is told
    assert merged.ops[0].weight == (225_000 if name == "two rows of one op" else 450_000)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    from code_path_audit.config import default_config

    (tmp_path / "baselines").mkdir()
    with open(tmp_path / "baselines" / "save.json", "wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(AuditError) as caught:
        Worktree(default_config(tmp_path)).baseline("baselines", "save")
    assert caught.value.slug == "baseline-too-large"


def link_the_file(root: Path, outside: Path) -> None:
    (root / "baselines").mkdir()
    (root / "baselines" / "save.json").symlink_to(outside / "save.json")


def link_the_folder(root: Path, outside: Path) -> None:
    (root / "baselines").symlink_to(outside)


@pytest.mark.parametrize("link", [link_the_file, link_the_folder])
def test_a_baseline_outside_the_project_is_refused(tmp_path: Path, link: Callable[[Path, Path], None]) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "save.json").write_text(TEXT)
    link(root, outside)
    with pytest.raises(AuditError) as caught:
        safe_path(root, "baselines", "save")
    assert caught.value.slug == "baseline-outside"
