"""A shop of which the answer to a check is kept: made up, so that it can be told whether it comes again."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from pathlib import Path

import pytest

from code_path_audit.config import load_config
from code_path_audit.program.files import ALONE, Files
from code_path_audit.replay import record
from code_path_audit.replay.save import Made
from code_path_audit.sources.worktree import discover
from code_path_gate import main
from code_path_gate.commands.check import Basis
from code_path_gate.measuring.measured import Asked
from code_path_gate.replay import dependencies, save
from tests.gate.repositories import Repo
from tests.gate.shop import CONFIG, FILES

WIDER = CONFIG.replace('source = ["src"]', 'source = ["src", "lib/inner"]\nrule_files = ["conf/rules.toml"]')
SAYS = (1, "it says so\n")
ANSWER = (1, b"it says so\n")
FAR = 4_102_444_800 * 10**9
"""A check that began long after everything else: nothing is too fresh to be kept."""


def shop_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop, in git, with a cache of its own; it is the current folder from now on."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CODE_PATH_AUDIT_CACHE", str(folder / "cache"))
    root = folder / "shop"
    more = {
        "pyproject.toml": WIDER, "conf/rules.toml": "", "lib/inner/x.py": "", "data/rates.json": "[]",
        "docs/page.md": "", "baselines/.gitattributes": "", "src/shop/__pycache__/y": "",
    }  # fmt: skip
    Repo.init(root).commit({**FILES, **more})
    monkeypatch.chdir(root)
    return root


def remembered(root: Path, *arguments: str, modules: Collection[str] | None = None) -> tuple[int, bytes] | None:
    """What `front` says once a check is kept that asked for the size of two files, and for these modules.

    None stands for a check of which nobody can tell.
    """
    place = dependencies.git_place(root, os.environ, "--staged" in arguments)
    files, names = {}, frozenset[str]()
    config = load_config(root)
    if place is not None and "--staged" in arguments:
        place = place.and_also(str(root), dependencies.dependencies_of_index(config))
    elif place is not None:
        more = dependencies.dependencies(config, root, ["data/rates.json", "a\0b", "../x"])
        place = more and place.and_also(str(root), more)
        if modules is not None:
            asked = Asked(frozenset(modules), frozenset({"setup"}), imported=frozenset({"lib.core", "shop.many"}))
            basis = Basis(config, "", Files(discover(root, config.source), ALONE), asked, False)
            files, names = save.files_of(basis), save.no_more(asked)
    if place is not None:
        state = save.git_state(place.folder, place.index_file)
        made = Made(time.time_ns(), *SAYS, files, names)
        record.RACE, race = -FAR, record.RACE
        record.COARSE_RACE, coarse = -FAR, record.COARSE_RACE
        try:
            save.remember(["check", *arguments], made, state, place, os.environ["CODE_PATH_AUDIT_CACHE"])
        finally:
            record.RACE, record.COARSE_RACE = race, coarse
    return main.replayed(["check", *arguments])
