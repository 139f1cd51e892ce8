"""A check in colours: the same text, whether it was made now or kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from code_path_gate import main
from code_path_gate.formats.paint import in_colors, patch_in_colors
from tests.gate.repositories import Repo
from tests.gate.shop import SLOW_APP, commit_shop, make_gate

PLAIN = re.compile(r"\x1b\[\d+m")


def test_lines_by_how_they_begin() -> None:
    assert in_colors("code-path-gate: 1 action failing (save)\nFAILS a.py:1: x\n    FAILS y\nnote: z\n") == (
        "\x1b[31mcode-path-gate: 1 action failing (save)\x1b[0m\n"
        "\x1b[31mFAILS a.py:1: x\x1b[0m\n"
        "    FAILS y\n"
        "\x1b[2mnote: z\x1b[0m\n"
    )
    assert in_colors("code-path-gate: 2 actions clean\n") == "\x1b[32mcode-path-gate: 2 actions clean\x1b[0m\n"
    outdated = "code-path-gate: 1 action with a baseline out of date (save)"
    assert in_colors(outdated) == f"\x1b[33m{outdated}\x1b[0m"


def test_a_patch_by_how_its_lines_begin() -> None:
    assert patch_in_colors("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-was\n+is\n") == (
        "\x1b[1m--- a/x\x1b[0m\n"
        "\x1b[1m+++ b/x\x1b[0m\n"
        "\x1b[2m@@ -1,2 +1,2 @@\x1b[0m\n"
        " same\n"
        "\x1b[31m-was\x1b[0m\n"
        "\x1b[32m+is\x1b[0m\n"
    )


def test_what_refresh_would_change(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repo.init(tmp_path / "shop")
    monkeypatch.chdir(repo.root)
    commit_shop(repo, make_gate(capfd))
    repo.write({"src/shop/app.py": SLOW_APP})
    said = {}
    for colored in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", colored)
        capfd.readouterr()
        assert main.main(["refresh", "--diff", "--cache-dir", str(tmp_path / "cache")]) == 0
        said[colored] = capfd.readouterr().out
    assert "\x1b[32m+{" in said["1"]
    assert PLAIN.sub("", said["1"]) == said[""]


def test_of_a_check_now_and_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repo.init(tmp_path / "shop")
    monkeypatch.chdir(repo.root)
    commit_shop(repo, make_gate(capfd))
    repo.write({"src/shop/app.py": SLOW_APP})
    kept = ["check", "--cache-dir", str(tmp_path / "cache")]
    said: dict[str, list[str]] = {}
    for colored in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", colored)
        monkeypatch.delenv("NO_COLOR", raising=False)
        for arguments in (["check", "--cache-dir", "off"], kept, kept, [*kept, "--format", "json"]):
            assert main.main(arguments) == 1
            said.setdefault(colored, []).append(capfd.readouterr().out)
    plain, painted = said[""], said["1"]
    assert plain[0] == plain[1] == plain[2]
    assert painted[0] == painted[1] == painted[2] == in_colors(plain[0]) != plain[0]
    assert PLAIN.sub("", painted[0]) == plain[0]
    assert painted[3] == plain[3]  # programs get no colours
