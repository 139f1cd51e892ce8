"""Which classes of a program are views, by the bases that they name: a view of Django, of its REST framework, of Flask,
Starlette or aiohttp.

Looks at no module that the class does not import, so what a view is changes only with those.
"""

from __future__ import annotations

from code_path_audit.facts import opcodes as op
from code_path_audit.program.model import Program
from code_path_audit.program.register_names import MAX_DEPTH, Names

PACKAGES = (
    "django.views.", "django.contrib.auth.views.", "rest_framework.views.", "rest_framework.viewsets.",
    "rest_framework.generics.", "flask.views.", "quart.views.", "flask_restful.", "starlette.endpoints.",
    "aiohttp.web.",
)  # fmt: skip
"""Where the views of libraries stand, by how their dotted names begin."""


def is_view(program: Program, name: str, depth: int = MAX_DEPTH) -> bool:
    """Whether a class is a view: a base of it is one of a library, or a class of the program that is a view."""
    if name not in program.functions:
        return name.startswith(PACKAGES)
    module, index = program.functions[name]
    functions = program.modules[module].functions
    if functions[index].kind != "class" or not depth:
        return False
    names = Names(program, module, functions[functions[index].parent])
    bases = next((row[3] for row in names.facts.code if row[0] == op.CLASS and row[2] == index), ())
    return any(is_view(program, base, depth - 1) for reg in bases for base in names.of(reg))
