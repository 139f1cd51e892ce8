"""The reference pages are what the program says of itself: every key of the configuration, every command."""

from __future__ import annotations

import sys

import pytest

from benchmarks.reference import DOCS, pages
from code_path_audit.config_keys import TABLES


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="each version of argparse lays help out anew")
@pytest.mark.parametrize("name", ["commands.md"])
def test_the_commands_are_what_help_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run python -m benchmarks.reference"


def test_the_configuration_is_what_the_table_says() -> None:
    assert (DOCS / "configuration.md").read_text(encoding="utf-8") == pages()["configuration.md"], (
        "run python -m benchmarks.reference"
    )


def test_every_key_is_explained() -> None:
    assert [key.name for keys in TABLES.values() for key in keys if len(key.doc.split()) < 3] == []
