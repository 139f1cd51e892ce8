"""Which modules count although nothing imports them."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.frameworks.loading import is_loaded

ROWS = {
    "a.models": True, "models": True, "a.apps": True, "site.settings": True, "site.settings.base": True,
    "site.urls": True, "a.templates.x@html": True, "a.templatetags.money": True, "a.views": False,
    "a.models.order": False,
}  # fmt: skip


@pytest.mark.parametrize("module", ROWS)
def test_what_a_framework_loads(module: str) -> None:
    assert is_loaded(module) is ROWS[module]
