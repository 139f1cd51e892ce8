"""Templates that an environment keeps: how often one is compiled."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.pipeline import load, trace

HEAD = """
from jinja2 import Environment, FileSystemLoader

ENV = Environment(loader=FileSystemLoader("x"))

def environment():
    return Environment(loader=FileSystemLoader("x"))

class Site:
    def __init__(self):
        self.env = environment()
    def page(self, row):
        return self.env.get_template("page.html").render(row=row)
"""

OFTEN = {
    "an environment of an object": ("site = Site()\n    return [site.page(row) for row in rows]", "once"),
    "an environment of the module": ("return [ENV.get_template('a').render(row=row) for row in rows]", "once"),
    "an environment of a helper": (
        "env = environment()\n    return [env.get_template('a').render(row=row) for row in rows]", "once"
    ),
    "an environment for each row": (
        "return [environment().get_template('a').render(row=row) for row in rows]", "per row"
    ),
    "an object for each row": ("return [Site().page(row) for row in rows]", "per row"),
    "a template for each row": ("return [ENV.get_template(row.name).render(row=row) for row in rows]", "per row"),
}  # fmt: skip


@pytest.mark.parametrize("name", OFTEN)
def test_how_often_a_template_is_compiled(name: str, tmp_path: Path) -> None:
    body, often = OFTEN[name]
    (tmp_path / "m.py").write_text(dedent(f"{HEAD}\ndef main(rows):\n    {body}\n"), encoding="utf-8")
    config = default_config(tmp_path)
    profile = trace(load(config), ActionConfig("main", ("m.main",)), config)
    assert [op.how_often for op in profile.expensive_ops] == [often]
