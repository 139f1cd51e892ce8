"""Which classes of a program are views, by the bases that they name: a view of Django, of its REST framework, of Flask,
Starlette or aiohttp.

Looks at no module that the class does not import, so what a view is changes only with those.
"""

from __future__ import annotations

from code_path_audit.program.model import Program
from code_path_audit.program.register_names import is_below

PACKAGES = (
    "django.views.", "django.contrib.auth.views.", "rest_framework.views.", "rest_framework.viewsets.",
    "rest_framework.generics.", "flask.views.", "quart.views.", "flask_restful.", "starlette.endpoints.",
    "aiohttp.web.",
)  # fmt: skip
"""Where the views of libraries stand, by how their dotted names begin."""


def is_view(program: Program, name: str) -> bool:
    """Whether a class is a view: a base of it is one of a library, or a class of the program that is a view."""
    return is_below(program, name, lambda base: base.startswith(PACKAGES))
