"""Where nothing is written: a row is a link or a folder in a checkout, and the path that is to be written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.reports.write import write_report
from code_path_audit.runtime.observations import Observations
from code_path_audit.runtime.observations_file import store
from code_path_audit.runtime.record.command import session_folder
from code_path_audit.sources.writing import HANDLES, put_whole, require_plain_way
from code_path_gate.baseline.write import exclusive, replace_file

REFUSED = {
    "a link to a folder outside": ("out", "../elsewhere", "out/report/x.json"),
    "a link to a folder inside": ("out", "src", "out/x.json"),
    "into git's own": ("baselines", ".git/hooks", "baselines/pre-commit.json"),
    "a file that is a link": ("out.json", "src/a.py", "out.json"),
    "a link that leads nowhere": ("out", "nowhere", "out/x.json"),
    "a link further down": ("docs/reports", "../src", "docs/reports/2025-01-01/x.json"),
    "git's folder": ("", "", ".git/hooks/x.json"),
    "in other letters": ("", "", ".GIT/x.json"),
    "git's folder further down": ("", "", "vendor/.git/x.json"),
    "git's folder as Windows has it": ("", "", ".git ./x.json"),
    "git's folder by its short name": ("", "", "GIT~1/x.json"),
    "git's folder under another name": ("", "", "other/hooks/x.json"),
    "a bare repository": ("", "", "vendor/bare/x.json"),
    "what one of several checkouts has to itself": ("", "", "own/x.json"),
}
WRITTEN = (
    "HEAD/x.json",
    "refs/x.json",
    "out/x.json",
    "x.json",
    "docs/reports/code_path_audit/x.json",
    ".github/x.json",
    "git/x.json",
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for folder in (".git/hooks", "src", "docs"):
        (root / folder).mkdir(parents=True)
    for git in ("other", "vendor/bare"):
        for name in ("objects", "refs"):
            (root / git / name).mkdir(parents=True)
        (root / git / "HEAD").touch()
    (root / "own").mkdir()
    (root / "own/HEAD").touch()
    (root / "own/commondir").touch()
    (root / "src/a.py").touch()
    (tmp_path / "elsewhere").mkdir()
    return root


@pytest.mark.parametrize("name", REFUSED)
def test_refused(checkout: Path, name: str) -> None:
    link, target, path = REFUSED[name]
    if link:
        os.symlink(target, checkout / link)
    before = sorted(checkout.parent.rglob("*"))
    for write in (
        require_plain_way,
        lambda full: store(full, Observations()),
        lambda full: replace_file(full, b""),
        lambda full: exclusive(full).__enter__(),
        lambda full: write_report(full, "2025-01-01", {}),
        lambda full: session_folder(full, "save"),
    ):
        with pytest.raises(AuditError) as caught:
            write(checkout / path)
        assert caught.value.slug == "write-outside"
    assert sorted(checkout.parent.rglob("*")) == before


@pytest.mark.parametrize("path", WRITTEN)
def test_written(checkout: Path, path: str) -> None:
    require_plain_way(checkout / path)


def test_the_way_to_the_checkout_is_the_users_own(checkout: Path) -> None:
    (checkout.parent / "link").symlink_to(checkout)
    require_plain_way(checkout.parent / "link" / "out" / "x.json")
    (checkout.parent / "more").symlink_to(checkout.parent / "elsewhere")
    require_plain_way(checkout.parent / "more" / "x.json")


@pytest.mark.skipif(not HANDLES, reason="a system without handles of folders")
@pytest.mark.parametrize("last", ["baselines", "deep"])
def test_a_link_that_comes_between_the_check_and_the_writing(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """Before each step of the writing once: what is written stays in the folder that was there, or is refused."""
    folder = checkout / "baselines" / "deep"
    swapped = folder if last == "deep" else folder.parent
    elsewhere = checkout.parent / "elsewhere"
    replace = os.replace
    ended = []
    for step in range(12):
        folder.mkdir(parents=True)
        left = iter(range(step + 1))

        def then(call: Callable[..., object], left: Iterator[int] = left, step: int = step) -> Callable[..., object]:
            def stepping(*arguments: object, **named: object) -> object:
                if next(left, -1) == step:
                    replace(swapped, checkout / "aside")
                    swapped.symlink_to(elsewhere)
                return call(*arguments, **named)

            return stepping

        with monkeypatch.context() as patch:
            for name in ("open", "mkdir", "chmod", "replace", "fsync"):
                patch.setattr(os, name, then(getattr(os, name)))
            try:
                put_whole(folder / "save.json", b"x", ".unfinished-")
                ended.append("written")
            except AuditError as error:
                ended.append(error.slug)
        assert os.listdir(elsewhere) == []
        if swapped.is_symlink():
            swapped.unlink()
        shutil.rmtree(checkout / "aside", ignore_errors=True)
        shutil.rmtree(checkout / "baselines", ignore_errors=True)
    assert set(ended[:3]) == {"write-outside"}
    assert set(ended[-3:]) == {"written"}
