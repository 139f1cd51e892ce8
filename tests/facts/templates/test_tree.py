"""Templates as the Python that they stand for: each row is a template and what `render` and its like become."""

from __future__ import annotations

import ast
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.parsing import Unparsable
from code_path_audit.facts.templates.tokens import Piece, pieces
from code_path_audit.facts.templates.tree import MAX_PIECES, template_tree

LINES = {
    "{{ row }}": "f\"{context['row']!s}\"",
    "{{ row.name|upper }}": "f\"{template_filter('upper', template_lookup(context['row'], 'name'))!s}\"",
    "{{ a|default:b.c }}": "f\"{template_filter('default', context['a'], template_lookup(context['b'], 'c'))!s}\"",
    "{{ user.get('x')[3] }}": "f\"{context['user'].get('x')[3]!s}\"",
    "{% for row in rows %}{{ row }}{% endfor %}": (
        "for row in context['rows']:\n    forloop = template_test()\n    loop = template_test()\n    f'{row!s}'"
    ),
    "{% if a.b and not c %}{{ d }}{% elif e %}{{ f }}{% else %}{{ g }}{% endif %}": (
        "if template_lookup(context['a'], 'b') and (not context['c']):\n    f\"{context['d']!s}\"\n"
        "elif context['e']:\n    f\"{context['f']!s}\"\nelse:\n    f\"{context['g']!s}\""
    ),
    "{% with x=a.b %}{{ x }}{% endwith %}{{ x }}": (
        "x = template_lookup(context['a'], 'b')\nf'{x!s}'\nf\"{context['x']!s}\""
    ),
    "{% include 'row.html' with row=x only %}": "template_include('row.html', {'row': context['x']})",
    "{% include 'row.html' %}": "template_include('row.html', context)",
    "{% money order.total as t %}{{ t }}": (
        "t = template_tag('money', context, template_lookup(context['order'], 'total'))\nf'{t!s}'"
    ),
    "{% set x = rows|first %}{{ x.id }}": (
        "x = template_filter('first', context['rows'])\nf\"{template_lookup(x, 'id')!s}\""
    ),
    "{% regroup rows by a.b as groups %}": (
        "groups = [{'grouper': template_lookup(template_lookup(groups, 'a'), 'b'), 'list': [groups]}"
        " for groups in context['rows']]"
    ),
    "{% regroup rows %}{% regroup rows by a %}": "pass",
    "{% block main %}{{ x }}{% endblock %}": "self.block_main(context)",
    "{# {{ a }} #}{% comment %}{{ b }}{% endcomment %}{% verbatim %}{{ c }}{% endverbatim %}": "pass",
    "{% csrf_token %}{% load shop %}text": "pass",
    "{{ ": "pass",
    "{% for %}{% if %}{{ . }}{% endfor %}{% endwith %}": "if '':\n    pass",
}


@pytest.mark.parametrize("text", LINES)
def test_what_a_template_says(text: str) -> None:
    made = next(node for node in template_tree(text.encode()).body if isinstance(node, ast.ClassDef))
    render = next(node for node in made.body if isinstance(node, ast.FunctionDef) and node.name == "render")
    assert as_dumped("\n".join(ast.unparse(node) for node in render.body)) == as_dumped(LINES[text])


def as_dumped(text: str) -> str:
    """The same for each way to quote: versions of Python write f-strings differently."""
    return ast.dump(ast.parse(text))


def test_a_template_that_extends_another_is_a_class_below_it() -> None:
    text = b"{% extends 'base.html' %}\n{% block main %}{{ block.super }}{{ x }}{% endblock %}{{ never }}"
    assert as_dumped(ast.unparse(template_tree(text).body[1])) == as_dumped(
        "class Template(template_base('base.html')):\n\n"
        "    def block_main(self, context):\n        super().block_main(context)\n        f\"{context['x']!s}\""
    )


def test_macros_are_static_methods() -> None:
    text = b"{% macro field(x, y=1) %}{{ x.label }}{% endmacro %}{{ field(form.name) }}"
    made = ast.unparse(template_tree(text).body[1])
    assert "self.field(template_lookup(context['form'], 'name'))" in made and "def field(x=None, y=None):" in made


@pytest.mark.parametrize(("depth", "held"), [(99, True), (100, True), (101, False), (5_000, False)])
def test_blocks_in_one_another_have_an_end(depth: int, *, held: bool) -> None:
    text = "".join(("{% for a in b %}\n" * depth, "{{ a }}", "{% endfor %}" * depth)).encode()
    with nullcontext() if held else pytest.raises(Unparsable, match="more than 100 blocks in one another"):
        assert template_tree(text).body


def test_places_are_those_of_the_template() -> None:
    facts = extract_module("a\n  {{ x.y }}\n{% for é in z %}{{ é.w }}{% endfor %}".encode(), "a.templates.b@html")
    render = next(function for function in facts.functions if function.name == "Template.render")
    places = {site.text: place[:2] for site, place in zip(render.sites, render.positions.sites, strict=True)}
    assert places["template_lookup"] in ((2, 5), (3, 20))
    assert [loop.name for loop in render.loops] == ["z"]


@given(st.text(alphabet="{}%# abc.|:()[]'\"=-,\n", max_size=60))
def test_any_text_is_a_template(text: str) -> None:
    compile(template_tree(text.encode()), "t", "exec")


@given(
    st.lists(
        st.sampled_from([
            "{% for a in b %}", "{% endfor %}", "{% if a %}", "{% else %}", "{% elif b %}", "{% endif %}",
            "{% empty %}", "{% block a %}", "{% endblock %}", "{% with a=b %}", "{% endwith %}", "{% macro m(a) %}",
            "{% endmacro %}",
            "{{ a.b|c:d }}", "{{ block.super }}", "{% extends a %}", "{% x a b=c as d %}", "{% set a = b %}",
        ]),
        max_size=12,
    )
)  # fmt: skip
def test_tags_in_any_order_are_a_template(parts: list[str]) -> None:
    compile(template_tree("".join(parts).encode()), "t", "exec")


PIECES = {
    "{{a}}{%b%}{{}}": [Piece("output", "a", 1, 2), Piece("tag", "b", 1, 7), Piece("output", "", 1, 12)],
    "é\n é{{- a -}}\n\n{%+ b -%}": [Piece("output", "a", 2, 7), Piece("tag", "b", 4, 4)],
    "{{ a {{ b }} {{ c": [Piece("output", "a {{ b", 1, 3)],
    "{% if {{ a }} {# {% b %}": [Piece("tag", "if {{ a }} {# {% b", 1, 3)],
    "{{% a %}": [Piece("tag", "a", 1, 4)],
    "{{ a {# b {% c": [],
    "{# {{ a }} #}{{ b }}": [Piece("output", "b", 1, 16)],
}
"""Outputs and tags with their places; what is opened and never closed is text."""


@pytest.mark.parametrize("source", PIECES)
def test_pieces(source: str) -> None:
    assert pieces(source) == PIECES[source]


def test_a_template_of_too_many_pieces_is_told() -> None:
    with pytest.raises(Unparsable, match="more than 20,000 outputs and tags") as refused:
        template_tree(b"\n" + b"{{ a }}" * (MAX_PIECES + 1))
    assert refused.value.line == 2
