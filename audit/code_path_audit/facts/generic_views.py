"""What a generic view of Django does for a request, as the methods that Python would write for it.

    class OrderUpdate(UpdateView):                  def <GET>(self, request):
        model = Order                                   self.setup(request), self.dispatch(request)
        fields = ["number"]                         def <get>(self, request):
                                                        self.object = self.get_object()
                                                        self.render_to_response(self.get_context_data())

No line of such a class fetches the order: Django does. So the class gets a method `<GET>` and `<POST>`, to which routes
lead, and what its bases have of Django: `<get>` and `<post>`, which `dispatch` asks unless the class has its own, and
`<form_valid>`. They stand at its first line, and call its own methods where it has them, else Django's
(`callgraph/frameworks/django_views.py`). A class with fields of a model and no form gets the form that Django would
make. Nothing of the source can call these, since no name has such brackets. Views are known by the names of their
bases, in a file that mentions Django; a class below another view of the source asks what that has. Assumes that what is
sent is valid: a form that is shown again counts as an exception.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from code_path_audit.facts.model_forms import FORM, add_base, model_form
from code_path_audit.facts.rest_views import VIEW, own_call
from code_path_audit.facts.schemas import at, attribute, call, function, last_name, name_of, top_classes

MENTIONED, DJANGO = re.compile(rb"View\b"), re.compile(rb"\bdjango\b")

KINDS = {
    "list": "list", "archiveindex": "list", "yeararchive": "list", "montharchive": "list", "dayarchive": "list",
    "detail": "detail", "datedetail": "detail", "template": "template", "create": "create", "update": "update",
    "delete": "delete", "form": "form", "redirect": "redirect",
}  # fmt: skip
"""What a generic view does, by its name in lower letters, without `View` and the `Base` before it."""

ASKED = {"GET": "<GET>", "POST": "<POST>"}
"""The methods to which routes lead, by the method of HTTP."""

GET, POST, VALID = "<get>", "<post>", "<form_valid>"
"""What is Django's in a view: its own `get`, `post` and `form_valid`."""

METHODS = (*ASKED.values(), GET, POST, VALID)

GOING = "get_redirect_url"
"""The method that says where a view that shows nothing leads to."""

ONE = ("detail", "update", "delete")
"""Views of one row."""

SENT = ("create", "update", "delete", "form")
"""Views that answer what a form sends."""

OF_MODELS = ("create", "update")
"""Views that save a row."""


def add_methods(tree: ast.Module, data: bytes) -> None:
    """Give the generic views of a module what they do."""
    if not MENTIONED.search(data) or not DJANGO.search(data):
        return
    has_forms, known = False, set[str]()
    for node in list(top_classes(tree.body)):
        bases = [last_name(base) for base in node.bases]
        kinds = [kind for base in bases if (kind := kind_of(base))]
        if kinds:
            made = list(generic(node, kinds[0]))
            node.body += made
            has_forms |= any(isinstance(found, ast.ClassDef) for found in made)
        elif known.isdisjoint(bases) and not any(map(may_be_one, bases)):
            continue
        else:
            node.body += (asked(node, name) for method, name in ASKED.items() if not has(node, method.lower()))
        known.add(node.name)
    if has_forms:
        add_base(tree)


def kind_of(base: str) -> str:
    """What a generic view does, by the name of its class."""
    if not base.endswith("View"):
        return ""
    return KINDS.get(base.removesuffix("View").removeprefix("Base").lower(), "")


def may_be_one(base: str) -> bool:
    """Whether a class of the source may be such a view, by its name."""
    return base.endswith("View") and base != "View" and not VIEW.search(base)


def has(node: ast.ClassDef, name: str) -> bool:
    """Whether a class body defines a function."""
    return any(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name == name for n in node.body)


def generic(node: ast.ClassDef, kind: str) -> Iterator[ast.stmt]:
    """The methods of a view of one kind."""
    answers_posts = kind in SENT or has(node, "post")
    yield asked(node, ASKED["GET"])
    if answers_posts:
        yield asked(node, ASKED["POST"])
    yield method(node, GET, [*fetching(kind), ast.Expr(own_call(GOING) if kind == "redirect" else shown())])
    if kind in SENT:
        yield method(node, POST, [*fetching(kind), *sent()])
        if kind in OF_MODELS:
            saved = ast.Assign([own("object", ast.Store())], call(name_of("form"), "save"))
            yield method(node, VALID, [saved, ast.Expr(own_call("get_success_url"))], "form")
        elif kind == "delete":
            yield method(node, VALID, [ast.Expr(call(own("object"), "delete"))], "form")
    if kind in OF_MODELS and (made := form_of(node)) is not None:
        yield made


def asked(node: ast.ClassDef, name: str) -> ast.stmt:
    """def <GET>(self, request): self.setup(request); self.dispatch(request)"""
    given = name_of("request")
    return method(node, name, [ast.Expr(own_call("setup", given)), ast.Expr(own_call("dispatch", given))])


def method(node: ast.ClassDef, name: str, body: list[ast.stmt], given: str = "request") -> ast.stmt:
    """A method at the first line of a class."""
    return function(name, given, [at(statement, node) for statement in body], node)


def own(name: str, how: ast.expr_context | None = None) -> ast.Attribute:
    """self.name"""
    found = attribute(name_of("self"), name)
    found.ctx = how or ast.Load()
    return found


def fetching(kind: str) -> Iterator[ast.stmt]:
    """self.object = self.get_object(), self.object_list = self.get_queryset()"""
    if kind == "list":
        yield ast.Assign([own("object_list", ast.Store())], own_call("get_queryset"))
    elif kind in ONE:
        yield ast.Assign([own("object", ast.Store())], own_call("get_object"))


def shown() -> ast.expr:
    """self.render_to_response(self.get_context_data())"""
    return own_call("render_to_response", own_call("get_context_data"))


def sent() -> Iterator[ast.stmt]:
    """form = self.get_form(); form.is_valid(); self.form_valid(form), and else self.form_invalid(form)"""
    yield ast.Assign([ast.Name("form", ast.Store())], own_call("get_form"))
    valid = [ast.Expr(call(name_of("form"), "is_valid")), ast.Expr(own_call("form_valid", name_of("form")))]
    again = ast.ExceptHandler(name_of("ValueError"), None, [ast.Expr(own_call("form_invalid", name_of("form")))])
    yield ast.Try(list(valid), [again], [], [])


def form_of(node: ast.ClassDef) -> ast.ClassDef | None:
    """The form that Django makes of the `model` and the `fields` that a view names."""
    given = {
        target.id: statement.value
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    if "fields" not in given or "model" not in given or "form_class" in given:
        return None
    return model_form(FORM, {"model": given["model"], "fields": given["fields"]}, node)
