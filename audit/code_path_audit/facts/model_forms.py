"""The forms that Django makes of a model, as the classes that Python would write for them.

    LineFormSet = inlineformset_factory(          class <form LineFormSet>(django.forms.ModelForm):
        Order, Line, fields=["product"])              class Meta:
                                                          model = Line
                                                          fields = ["product"]
                                                  LineFormSet = inlineformset_factory(
                                                      Order, Line, fields=["product"], form=<form LineFormSet>)

A view of a model without a form of its own has such a class in its body, `<form>`. So what a form asks for is known of
these, too. Factories are read where a module calls one by name, and assigns what it makes.
"""

from __future__ import annotations

import ast
import re

from code_path_audit.facts.schemas import at, last_name, name_of

FACTORIES = re.compile(rb"\bmodelform(?:set)?_factory\b|\binlineformset_factory\b")

MODELS = {"modelform_factory": 0, "modelformset_factory": 0, "inlineformset_factory": 1}
"""Which argument of a factory is the model of its forms."""

FORM = "<form>"
"""The form that Django makes for a view."""

BASE = "<ModelForm>"
"""What the form of Django's is called in a module that has such a class."""


def add_forms(tree: ast.Module, data: bytes) -> None:
    """Give the factories of a module the class of their forms."""
    if not FACTORIES.search(data):
        return
    has_any = False
    for index in reversed(range(len(tree.body))):
        statement = tree.body[index]
        if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)):
            continue
        target, made = statement.targets[0], statement.value
        number = MODELS.get(last_name(made.func), -1)
        words = {word.arg: word.value for word in made.keywords}
        model = words.get("model") or (made.args[number] if -1 < number < len(made.args) else None)
        if number < 0 or model is None or "form" in words or None in words or not isinstance(target, ast.Name):
            continue
        if isinstance(model, ast.Starred):
            continue
        has_any = True
        name = f"<form {target.id}>"
        held = {key: words[key] for key in words if key in ("fields", "exclude", "widgets")}
        meta = {"model": model} | {str(key): value for key, value in held.items()}
        made.keywords.append(ast.keyword("form", name_of(name)))
        at(statement, statement)
        tree.body.insert(index, model_form(name, meta, statement))
    if has_any:
        add_base(tree)


def add_base(tree: ast.Module) -> None:
    """Import the form of Django's, by a name of its own."""
    index = sum(1 for node in tree.body[:50] if is_first(node))
    base = ast.ImportFrom("django.forms", [ast.alias("ModelForm", BASE)], 0)
    for node in tree.body[index : index + 1]:
        tree.body.insert(index, at(base, node))


def is_first(node: ast.stmt) -> bool:
    """Whether a statement must stand at the top: a text about the module, or an import from `__future__`."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def model_form(name: str, held: dict[str, ast.expr], place: ast.stmt) -> ast.ClassDef:
    """class name(django.forms.ModelForm): class Meta: model = Order, ..."""
    named: list[ast.stmt] = [ast.Assign([ast.Name(key, ast.Store())], value) for key, value in held.items()]
    made = made_class(name, [name_of(BASE)], [made_class("Meta", [], named)])
    at(made, place)
    return made


def made_class(name: str, bases: list[ast.expr], body: list[ast.stmt]) -> ast.ClassDef:
    """A class without decorators."""
    made = ast.ClassDef(name, bases, [], body, [])
    if "type_params" in ast.ClassDef._fields:
        made.type_params = []  # type: ignore[attr-defined]
    return made
