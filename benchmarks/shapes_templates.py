"""Shapes of templates: a view that renders one template of one thing, over and over, of Django or of Jinja2."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.shapes_work import CONFIG, Shape, over

DJANGO = """\
from django.db import models
from django.shortcuts import render


class Shop(models.Model):
    name = models.TextField()


class Product(models.Model):
    name = models.TextField()
    shop = models.ForeignKey(Shop, models.CASCADE)

    def price(self):
        return self.shop.name

    @property
    def title(self):
        return self.name


def f(request):
    return render(request, "t.html", {"rows": Product.objects.all(), "row": Product.objects.get(pk=1), "x": request})
"""

JINJA2 = """\
from jinja2 import Environment, FileSystemLoader

env = Environment(loader=FileSystemLoader("templates"))


class Product:
    def __init__(self, name):
        self.name = name
        self.shop = self

    def price(self):
        return open(self.name).read()

    @property
    def title(self):
        return self.name


def f(name=None):
    return env.get_template("t.html").render(rows=[Product(name)], row=Product(name), x=name)
"""


def rendered(module: str, text: Callable[[int], str], others: Mapping[str, str] | None = None) -> Shape:
    """A view and a template of about so many bytes."""
    return lambda size: {
        "pyproject.toml": CONFIG,
        "src/m.py": module,
        "src/templates/t.html": text(size),
        **(others or {}),
    }


def repeated(piece: str, head: str = "", tail: str = "") -> Callable[[int], str]:
    """One piece of a template, over and over; `{n}` stands for its number."""
    return lambda size: "".join([head, *over(size, piece), tail])


def nested(begin: str, end: str, most: int) -> Callable[[int], str]:
    """Blocks in one another, to a depth, and such towers one after the other."""

    def text(size: int) -> str:
        tower = begin * most + "{{ row.title }}" + end * most
        return (tower + "\n") * max(1, size // len(tower))

    return text


def extending(base: str) -> str:
    """A template that extends another, and shows what stands there."""
    return f'{{% extends "{base}" %}}{{% block a %}}{{{{ block.super }}}}{{% endblock %}}'


TEXTS: dict[str, Callable[[int], str]] = {
    "text without a tag": repeated("<p>text</p>\n"),
    "outputs": repeated("{{ row.title }}\n"),
    "outputs of many names": repeated("{{ v{n} }}\n"),
    "look-ups of many attributes": repeated("{{ row.a{n}.b }}\n"),
    "look-ups in one output": lambda size: "{{ row" + ".shop" * (size // 5) + " }}",
    "filters of one output": lambda size: "{{ row" + "|lower" * (size // 6) + " }}",
    "calls of methods": repeated("{{ row.price }}{{ row.shop.name }}\n"),
    "loops one after the other": repeated("{% for r in rows %}{{ r.title }}{% endfor %}\n"),
    "loops that read relations": repeated("{% for r in rows %}{{ r.shop.name }}{{ r.price }}{% endfor %}\n"),
    "loops with else": repeated("{% for r in rows %}{{ r.title }}{% else %}-{% endfor %}\n"),
    "loops in one another": nested("{% for r in rows %}", "{% endfor %}", 40),
    "ifs in one another": nested("{% if x %}", "{% endif %}", 90),
    "ifs one after the other": repeated("{% if row.a{n} %}{{ row.title }}{% endif %}\n"),
    "elif arms": repeated("{% elif x == {n} %}{{ row.title }}", "{% if x %}", "{% endif %}"),
    "conditions of one if": lambda size: "{% if x" + " and row.title" * (size // 14) + " %}a{% endif %}",
    "includes": repeated('{% include "part.html" %}\n'),
    "includes in loops": repeated('{% for r in rows %}{% include "part.html" %}{% endfor %}\n'),
    "includes of itself": repeated('{% include "t.html" %}\n'),
    "blocks": repeated("{% block b{n} %}{{ row.title }}{% endblock %}\n"),
    "comments": repeated("{# note {n} #}\n"),
    "tags of no end": repeated("{% for r in rows %}{{ r.title }}"),
    "brackets in an output": lambda size: "{{ " + "(" * size + " }}",
    "outputs that never close": repeated("{{ row.title \n"),
    "tags of no library": repeated("{% thing row.title x={n} %}\n"),
}
"""Templates that both know, by name: the text for a size in bytes."""

PART = {"src/templates/part.html": "{{ r.title }}{{ r.shop.name }}"}

OF_DJANGO: dict[str, Callable[[int], str]] = {
    "with": repeated("{% with a=row.title %}{{ a }}{% endwith %}\n"),
    "with in one another": nested("{% with a=row.title %}", "{% endwith %}", 90),
}

OF_JINJA2: dict[str, Callable[[int], str]] = {
    "set of one name": repeated("{% set x = x.a %}\n"),
    "set of many names": repeated("{% set v{n} = row.title %}\n"),
    "macros": repeated("{% macro g{n}(a) %}{{ a.title }}{% endmacro %}\n"),
    "calls of one macro": repeated("{{ g(row) }}\n", "{% macro g(a) %}{{ a.price() }}{% endmacro %}\n"),
    "operands of +": lambda size: "{{ " + "x + " * (size // 4) + "x }}",
    "elements of a list": lambda size: "{{ [" + "x, " * (size // 3) + "] }}",
    "lists in one another": lambda size: "{{ " + "[" * (size // 2) + "]" * (size // 2) + " }}",
}

SHAPES: dict[str, Shape] = {
    **{f"Django: {name}": rendered(DJANGO, text, PART) for name, text in (TEXTS | OF_DJANGO).items()},
    **{f"Jinja2: {name}": rendered(JINJA2, text, PART) for name, text in (TEXTS | OF_JINJA2).items()},
    "Django: templates": lambda size: {
        **rendered(DJANGO, lambda _: '{% include "p0.html" %}')(size),
        **{
            f"src/templates/p{n}.html": f'{{{{ row.title }}}}{{% include "p{n + 1}.html" %}}' for n in range(size // 60)
        },
    },
    "Django: templates that extend the next": lambda size: {
        **rendered(DJANGO, lambda _: '{% extends "p0.html" %}')(size),
        **{f"src/templates/p{n}.html": extending(f"p{n + 1}.html") for n in range(size // 90)},
    },
}
"""Shapes by name: the files of a project for a size in bytes."""
