"""Templates that an environment keeps: how often one is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.profiles.candidates.told import traced

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
    profile = traced(f"{HEAD}\ndef main(rows):\n    {body}\n", tmp_path)
    assert [op.how_often for op in profile.expensive_ops] == [often]
