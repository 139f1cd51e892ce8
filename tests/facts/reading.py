"""A text as facts, for the tests of what reads it."""

from __future__ import annotations

from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.module import ModuleFacts


def facts(source: str, module: str = "m", is_package: bool = False) -> ModuleFacts:
    return extract_module(source.encode(), module, is_package)
