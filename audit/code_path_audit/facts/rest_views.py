"""What a generic view of Django's REST framework does for a request, as the functions that Python would write for it.

    class Orders(ModelViewSet):                 def <list>(self, request):
        serializer_class = OrderSerializer          self.initial(request)
                                                    self.get_serializer(self.<page>(self.filter_queryset(
                                                        self.get_queryset())), many=True)

No line of such a class lists the orders: the framework does. So the class gets a function for each action that its
bases have, at its first line, with the calls of its own methods. A class below another view of the source, which may
have them, asks that one. Nothing of the source can call these functions, since no name has such brackets: routes lead
to them, and `super().list(request)` does. Views are known by the names of their bases.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from code_path_audit.facts.schemas import at, attribute, call, function, last_name, name_of, top_classes

VIEWS, VIEW = re.compile(rb"(?:ViewSet|APIView)\b"), re.compile(r"(?:ViewSet|APIView)$")
"""What a file with such a view mentions, and how the name of a base of one ends."""

ACTIONS = {
    "list": "GET", "create": "POST", "retrieve": "GET", "update": "PUT", "partial_update": "PATCH",
    "destroy": "DELETE",
}  # fmt: skip
"""What a generic view does, and the method of HTTP that asks for it."""

PAGE = "<page>"
"""The method that gives the rows of a page, or all where there are no pages."""

WORDS = {
    "List": ("list",), "Create": ("create",), "Retrieve": ("retrieve",), "Update": ("update", "partial_update"),
    "Destroy": ("destroy",),
}  # fmt: skip
"""What the names of the framework's views are made of."""

WHOLE = {"ModelViewSet": tuple(ACTIONS), "ReadOnlyModelViewSet": ("list", "retrieve")}

PLAIN = ("ViewSet", "GenericViewSet", "APIView", "GenericAPIView")
"""Views that do nothing by themselves."""


def marked(action: str) -> str:
    """The name of the function of an action."""
    return f"<{action}>"


MARKED = tuple(map(marked, ACTIONS))


def add_actions(tree: ast.Module, data: bytes) -> None:
    """Give the views of a module what they do."""
    if VIEWS.search(data):
        for node in top_classes(tree.body):
            bases = [last_name(base) for base in node.bases]
            if any(VIEW.search(base) for base in bases):
                node.body += functions(node, bases)


def functions(node: ast.ClassDef, bases: list[str]) -> Iterator[ast.stmt]:
    """What a class does, by the names of its bases."""
    own = dict.fromkeys(action for base in bases for action in actions_of(base))
    above = any(base.endswith("ViewSet") and base not in WHOLE and base not in PLAIN for base in bases)
    for action in ACTIONS if above else own:
        statements = body(action) if action in own else [of_self(action)]
        yield function(marked(action), "request", [at(ast.Expr(made), node) for made in statements], node)


def actions_of(base: str) -> tuple[str, ...]:
    """What a view of the framework does, by its name."""
    if base in WHOLE:
        return WHOLE[base]
    rest = base.removesuffix("APIView").removesuffix("ModelMixin")
    found = [action for word, actions in WORDS.items() if word in rest for action in actions]
    return tuple(found) if rest != base and not any(rest.count(word) > 1 for word in WORDS) and is_made_of(rest) else ()


def is_made_of(name: str) -> bool:
    """Whether a name is made of those words alone."""
    for word in WORDS:
        name = name.replace(word, "")
    return not name


def own_call(name: str, *given: ast.expr, **words: ast.expr) -> ast.Call:
    """self.name(given)"""
    made = call(name_of("self"), name, *given)
    made.keywords = [ast.keyword(key, value) for key, value in words.items()]
    return made


def of_self(action: str) -> ast.expr:
    """self.list(request): what a view above does, by its own method or as the framework does"""
    return own_call(action, name_of("request"))


def body(action: str) -> list[ast.expr]:
    """What an action does, a call each."""
    return [own_call("initial", name_of("request")), *steps(action)]


def steps(action: str) -> Iterator[ast.expr]:
    """The same behind the checks of the request."""
    row = own_call("get_object")
    if action == "list":
        rows = own_call(PAGE, own_call("filter_queryset", own_call("get_queryset")))
        yield own_call("get_serializer", rows, many=ast.Constant(True))
    elif action == "retrieve":
        yield own_call("get_serializer", row)
    elif action == "destroy":
        yield own_call("perform_destroy", row)
    else:
        given = (row,) if action != "create" else ()
        data = attribute(name_of("request"), "data")
        serializer = ast.NamedExpr(ast.Name("serializer", ast.Store()), own_call("get_serializer", *given, data=data))
        yield call(serializer, "is_valid")
        yield own_call("perform_create" if action == "create" else "perform_update", name_of("serializer"))
        yield attribute(name_of("serializer"), "data")
