"""Templates of the source: which template a call renders, and what its language does with what it is given.

A template is a module (`facts/templates/tree.py`) with a class, whose `render` runs; a template that extends another is
a class below it. Here is what its helpers mean. Assumes that a template has the name that its path has below a folder
`templates` or `jinja2`; of several with one name each may be meant. A template whose name is not constant, or which is
not in the source roots, is read as `library/templates.py` says.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.frameworks import django_form_choices, django_settings, django_users, registering
from code_path_audit.callgraph.frameworks.loading import is_tag_library
from code_path_audit.callgraph.functions.arguments import keyword
from code_path_audit.callgraph.functions.invocation import bind_and_call, call_own
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.solver.abstract_values import (
    BMETHOD,
    BOUND,
    BOX,
    CLASS,
    CTXFUNC,
    EXT,
    FUNC,
    INST,
    INT,
    MODULE,
    NONE,
    PARTIAL,
    STR,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import NO_SITE, NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Iteration, Model, Read, State
from code_path_audit.facts.templates import tree
from code_path_audit.facts.templates.expressions import FILTER, LOOKUP
from code_path_audit.sources.layout import TEMPLATE_FOLDERS, TEMPLATE_MARK

RENDERING = frozenset((
    "render", "render_to_string", "render_template", "TemplateResponse", "SimpleTemplateResponse", "render_async",
    "render_to_response", "stream_template", "aiohttp_jinja2_render",
))  # fmt: skip
"""Calls that render a template which one of their arguments names."""

GETTING = frozenset(("get_template", "select_template", "get_or_select_template"))

ITERATING = frozenset((
    "join", "dictsort", "dictsortreversed", "unordered_list", "list", "sort", "unique", "map", "selectattr",
    "rejectattr", "select", "reject", "groupby", "batch", "sum", "min", "max", "tojson", "items", "slice_list",
    "random", "reverse", "json_script", "pprint",
))  # fmt: skip
"""Filters that go through all elements."""


class Rendering(NamedTuple):
    """A template that runs: at which call site, with which context, by which kind of call."""

    site: Site
    context: Var
    kind: str = "call"


class Templates:
    """The templates of the program, and what the program adds to their language."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[str]] | None = None
        """The modules of each name, and of each end of one below a folder of templates."""
        self.found: dict[Value, Var] = {}
        """What `get_template` returned: the variable of the name."""
        self.is_loaded = False


def named(s: State, name: str) -> list[str]:
    """The modules of the templates of a name."""
    table = s.tables[Templates]
    if table.by_name is None:
        table.by_name = {}
        for module in s.program.modules:
            if TEMPLATE_MARK in module:
                parts = s.program.paths[module].split("/")
                for index, part in enumerate(parts[:-1]):
                    if part in TEMPLATE_FOLDERS:
                        table.by_name.setdefault("/".join(parts[index + 1 :]), []).append(module)
    return table.by_name.get(name, [])


# rendering


def rendered(s: State, call: Call, value: Value) -> bool:
    """A call that renders a template which an argument names: whether that is one of the source."""
    texts = [index for index, (var, star) in enumerate(call.pos[:3]) if not star and is_named(s, var)]
    by_name = next((var for name, var in call.kw if name in ("template_name", "name", "template")), None)
    if texts:
        name, rest = call.pos[texts[0]][0], call.pos[texts[0] + 1 :]
    elif by_name is not None and is_named(s, by_name):
        name, rest = by_name, call.pos[1:]
    else:
        return False
    request = keyword(call, "request")
    if texts and texts[0] == 1 and request is None:
        request = call.pos[0][0]
    context = context_of(s, call, [var for var, star in rest[:1] if not star], request)
    s.calls_external(call.site, s.rows[value].dotted, call.kind)
    s.watch(name, on_name, Rendering(call.site, context))
    s.add(call.dst, s.of(XINST, "django.http.HttpResponse", (), 0) if "django" in s.rows[value].dotted
          else s.instance("builtins.str"))  # fmt: skip
    return True


def is_of_django(s: State, value: Value) -> bool:
    """Whether what renders is Django's, which keeps nothing beside what is known here. What another environment keeps
    (globals, loaders, filters of the source) may be called besides, as `library/templates.py` has it."""
    return s.rows[value].dotted.startswith("django.")


def is_named(s: State, var: Var) -> bool:
    """Whether a variable holds the name of a template of the source, as far as is known now."""
    texts = [value for value in s.holds(var) if s.kinds[value] == STR]
    texts += [v for box in s.holds(var) if s.kinds[box] == BOX for v in s.holds(s.field(box, "*")) if s.kinds[v] == STR]
    return any(named(s, s.rows[value].text) for value in texts)


def context_of(s: State, call: Call, given: list[Var], request: Var | None) -> Var:
    """The variable of the context: a dict of what is given, by position, by name, and by context processors."""
    box = s.box("dict", ("context", call.site))
    containers.all_field(s, box)
    for name, var in call.kw:
        if name == "context":
            given.append(var)
        elif name is None:
            s.watch(var, on_given, box)
        elif name not in ("request", "template_name", "status", "content_type", "using"):
            containers.put(s, box, s.of(STR, name), var)
    for var in given:
        s.watch(var, on_given, box)
    if request is not None:
        containers.put(s, box, s.of(STR, "request"), request)
        processors(s, call.site, request, box)
        django_users.show(s, box, request)
    out = s.variable()
    s.add(out, box)
    return out


@sees(BOX, INST)
def on_given(s: State, box: Value, value: Value) -> None:
    """One dict of a context."""
    found = value if s.kinds[value] == BOX else classes.box_of(s, value)
    if found is not None and s.rows[found].box_kind == "dict":
        containers.merge(s, box, found)


def processors(s: State, site: Site, request: Var, box: Value) -> None:
    """The context processors of the settings run for each template that is rendered with a request."""
    for module in django_settings.modules(s):
        s.watch(s.field(s.of(MODULE, module), "TEMPLATES"), on_engines, (site, request, box, 0))


@sees(BOX, STR)
def on_engines(s: State, data: tuple[Site, Var, Value, int], value: Value) -> None:
    """TEMPLATES = [{"OPTIONS": {"context_processors": [...]}}]"""
    site, request, box, depth = data
    deeper = (site, request, box, depth + 1)
    if s.kinds[value] == STR:
        text = s.rows[value].text
        module, _, name = text.rpartition(".")
        if depth == 4 and module in s.program.modules:
            load(s, module, NO_SITE)
            out = s.variable()
            call = Call(site, out, ((request, False),), (), "callback")
            s.watch(s.field(s.of(MODULE, module), name), s.apply, call)
            s.watch(out, on_given, box)
        return
    if depth in (1, 2) and s.rows[value].box_kind == "dict":
        key = "OPTIONS" if depth == 1 else "context_processors"
        s.watch(containers.key_field(s, value, "=s:" + key), on_engines, deeper)
    elif depth in (0, 3):
        s.watch(containers.all_field(s, value), on_engines, deeper)


@sees(STR, BOX)
def on_name(s: State, data: Rendering, value: Value) -> None:
    """One name of a template that is rendered; of several the first that there is."""
    if s.kinds[value] == BOX:
        s.watch(s.field(value, "*"), on_name, data)
        return
    for module in named(s, s.rows[value].text):
        run(s, module, data)


def run(s: State, module: str, data: Rendering) -> None:
    """A template runs at a call site, with a context."""
    load(s, module, NO_SITE)
    s.watch(s.field(s.of(MODULE, module), tree.CLASS), on_template, data)


@sees(CLASS)
def on_template(s: State, data: Rendering, cls: Value) -> None:
    """The class of a template: its own `render`, or that of the template that it extends."""
    site, context, kind = data
    s.constructed[cls] = None
    classes.depends(s, cls, on_template, data, cls, tree.RENDER)
    found = classes.find(s, cls, tree.RENDER)
    if isinstance(found, classes.Own):
        call = Call(site, NOWHERE, ((context, False),), (), kind)
        s.watch(found.var, bind_and_call, (s.of(INST, cls, 0), cls, call))


def got(s: State, call: Call, value: Value) -> bool:
    """get_template("a.html")"""
    if not call.pos or not is_named(s, call.pos[0][0]):
        return False
    s.calls_external(call.site, s.rows[value].dotted, call.kind)
    dotted = "django.template.base.Template" if is_of_django(s, value) else "jinja2.Template"
    made = s.of(XINST, dotted, (), ("template", s.a_function[call.site.activation], call.site.place))
    s.tables[Templates].found[made] = call.pos[0][0]
    s.add(call.dst, made)
    return is_of_django(s, value)


def render_found(s: State, call: Call, receiver: Value) -> bool:
    """template.render(...) of what `get_template` returned."""
    name = s.tables[Templates].found.get(receiver)
    if name is None:
        return False
    request = call.pos[1][0] if len(call.pos) > 1 else keyword(call, "request")
    context = context_of(s, call, [var for var, star in call.pos[:1] if not star], request)
    s.watch(name, on_name, Rendering(call.site, context))
    s.add(call.dst, s.instance("builtins.str"))
    s.answer(call.site)
    return True


# the language


def base(s: State, call: Call, value: Value) -> bool:
    """The template that another extends, or imports."""
    for var, _ in call.pos[:1]:
        s.watch(var, on_base, call.dst)
    return True


@sees(STR)
def on_base(s: State, dst: Var, value: Value) -> None:
    """By its name."""
    for module in named(s, s.rows[value].text):
        load(s, module, NO_SITE)
        s.flow(s.field(s.of(MODULE, module), tree.CLASS), dst)


def include(s: State, call: Call, value: Value) -> bool:
    """{% include "a.html" %}"""
    if len(call.pos) > 1:
        s.watch(call.pos[0][0], on_name, Rendering(call.site, call.pos[1][0]))
    return True


def lookup(s: State, call: Call, value: Value) -> bool:
    """a.b: a key, an attribute, or an index; what can be called is."""
    for name in s.holds(call.pos[1][0]):
        text = s.rows[name].text if s.kinds[name] == STR else ""
        s.watch(call.pos[0][0], on_lookup, (call, text))
    return True


def on_lookup(s: State, data: tuple[Call, str], value: Value) -> None:
    """One value that is looked into."""
    call, name = data
    kind = s.kinds[value]
    if kind == BOX:
        box_kind = s.rows[value].box_kind
        if box_kind == "dict":
            containers.get(s, value, s.of(STR, name), call.dst)
            if name in ("items", "keys", "values"):
                s.apply(s, call._replace(pos=(), kw=()), s.of(BMETHOD, name, value))
        elif name.isdigit():
            containers.get(s, value, s.of(INT, int(name[:9])), call.dst)
    elif kind in (UNKNOWN, XRES):
        s.add(call.dst, s.of(UNKNOWN, name))
    elif name.isdigit():
        key = s.variable()
        s.add(key, s.of(INT, int(name[:9])))
        s.frameworks.special(s, value, "__getitem__", call._replace(pos=((key, False),), kw=()))
    elif kind not in (NONE, STR, INT):
        out = s.variable()
        s.read(s, Read(out, name, call.site), value)
        s.watch(out, on_found, call)


def on_found(s: State, call: Call, value: Value) -> None:
    """What a look-up found: it is called, if it needs no arguments."""
    kind = s.kinds[value]
    plain = call._replace(pos=(), kw=())
    if kind in (BOUND, FUNC, CTXFUNC, PARTIAL, BMETHOD):
        if needs_nothing(s, value):
            s.apply(s, plain, value)
    elif kind == XMETHOD:
        s.apply(s, plain, value)
    elif kind in (XINST, INST, BOX, CLASS, STR, INT, EXT):
        s.add(call.dst, value)
    elif kind in (UNKNOWN, XRES):
        s.add(call.dst, s.of(UNKNOWN, ""))


def needs_nothing(s: State, value: Value) -> bool:
    """Whether a function can be called without arguments."""
    row = s.rows[value]
    bound = row.kind == BOUND
    function = row.callable if bound else value
    if s.kinds[function] != FUNC:
        return True
    required = [p for p in s.facts[s.rows[function].function].params if p.kind in ("pos", "normal") and not p.default]
    return len(required) <= bound


def filtered(s: State, call: Call, value: Value) -> bool:
    """x|name: the source's own, or one of the language."""
    given = call.pos[1:]
    for name in s.holds(call.pos[0][0]):
        text = s.rows[name].text if s.kinds[name] == STR else ""
        load_libraries(s)
        var = s.field(s.of(EXT, tree.MODULE), "filter:" + text)
        s.watch(var, s.apply, Call(call.site, call.dst, given, (), "call"))
        if given:
            s.watch(given[0][0], on_filtered, (call, text))
    return True


def on_filtered(s: State, data: tuple[Call, str], value: Value) -> None:
    """One value that goes through a filter of the language."""
    call, name = data
    key = s.variable()
    django_form_choices.tagged(s, value, name, call.site)
    if name in ("length", "count"):
        s.frameworks.special(s, value, "__len__", Call(call.site, NOWHERE, (), (), "call"))
        s.add(call.dst, s.instance("builtins.int"))
    elif name in ("first", "last"):
        s.add(key, s.of(INT, 0))
        if not s.frameworks.special(s, value, "__getitem__", Call(call.site, call.dst, ((key, False),), (), "call")):
            s.on_iterate(s, Iteration(call.dst, call.site, False), value)
    elif name == "slice":
        s.add(key, s.of(XINST, "builtins.slice", (), 0))
        if not s.frameworks.special(s, value, "__getitem__", Call(call.site, call.dst, ((key, False),), (), "call")):
            s.add(call.dst, value)
    elif name in ITERATING and s.kinds[value] in (BOX, INST, XINST):
        box = s.box("list", (call.site, name))
        s.on_iterate(s, Iteration(s.field(box, "?"), call.site, False), value)
        containers.all_field(s, box)
        s.add(call.dst, box)
    else:
        s.add(call.dst, value)


def tag(s: State, call: Call, value: Value) -> bool:
    """{% name a b %}: a tag of the source."""
    load_libraries(s)
    for name in s.holds(call.pos[0][0]):
        if s.kinds[name] == STR:
            s.watch(s.field(s.of(EXT, tree.MODULE), "tag:" + s.rows[name].text), on_tag, call)
            s.watch(s.field(s.of(EXT, tree.MODULE), "node:" + s.rows[name].text), on_node_tag, call)
    return True


def on_tag(s: State, call: Call, function: Value) -> None:
    """One function of a tag; with a context in front where its first parameter is named so."""
    given = call.pos[2:]
    facts = s.facts[s.rows[function].function] if s.kinds[function] == FUNC else None
    if facts is not None and facts.params and facts.params[0].name == "context":
        given = call.pos[1:]
    out = s.variable()
    s.apply(s, Call(call.site, out, given, call.kw, "call"), function)
    s.flow(out, call.dst)
    s.watch(s.field(function, "template"), on_name, Rendering(call.site, out, "callback"))


def on_node_tag(s: State, call: Call, function: Value) -> None:
    """One function that reads a tag (`@register.tag`): it gets the parser and the tag's words, and gives a node, which
    is rendered with the context."""
    words, node = [], s.variable()
    for dotted in ("django.template.base.Parser", "django.template.base.Token"):
        words.append((s.variable(), False))
        s.add(words[-1][0], s.instance(dotted))
    s.apply(s, Call(call.site, node, tuple(words), (), "call"), function)
    s.watch(node, on_node, call._replace(pos=call.pos[1:2], kw=(), kind="callback"))


@sees(INST)
def on_node(s: State, call: Call, value: Value) -> None:
    """One node of a template."""
    call_own(s, value, s.rows[value].cls, "render", call)


def test(s: State, call: Call, value: Value) -> bool:
    """What only the run of a template knows."""
    s.add(call.dst, s.instance("builtins.dict"))
    return True


LANGUAGE_MODELS: dict[str, Model] = {
    f"{tree.MODULE}.{tree.BASE}": base, f"{tree.MODULE}.{tree.INCLUDE}": include, f"{tree.MODULE}.{LOOKUP}": lookup,
    f"{tree.MODULE}.{FILTER}": filtered, f"{tree.MODULE}.{tree.TAG}": tag, f"{tree.MODULE}.{tree.TEST}": test,
}  # fmt: skip


# libraries of tags


def load_libraries(s: State) -> None:
    """The modules in packages `templatetags`: what they register is known by name."""
    table = s.tables[Templates]
    if table.is_loaded:
        return
    table.is_loaded = True
    for module in sorted(s.program.modules):
        if is_tag_library(module):
            load(s, module, NO_SITE)


REGISTERING = {"filter": "filter", "simple_tag": "tag", "inclusion_tag": "tag", "simple_block_tag": "tag",
               "tag": "node", "template_filter": "filter", "app_template_filter": "filter"}  # fmt: skip
"""Methods that add a function to the language: of Django's `Library`, of Flask's applications and blueprints."""


def is_library(s: State, value: Value, name: str) -> bool:
    """Whether an object is one that adds to the language: a library of Django, or an application of Flask."""
    return s.kinds[value] in (XINST, XRES) and (
        name.endswith("template_filter") or s.rows[value].dotted.endswith("Library")
    )


def registers(s: State, call: Call, name: str, receiver: Value) -> bool:
    """register.filter(f), @register.inclusion_tag("a.html"), @app.template_filter("money")"""
    kind = REGISTERING[name]
    functions = [var for var, star in call.pos if not star and any(s.kinds[v] == FUNC for v in s.holds(var))]
    if functions or call.kind == "decorator":
        var = functions[0] if functions else call.pos[0][0]
        s.watch(var, on_registered, (kind, call))
        s.flow(var, call.dst)
        s.answer(call.site)
        return True
    s.calls_external(call.site, f"django.template.Library.{name}", call.kind)
    registering.makes(s, call, "django.template.Library()", adds, (kind, call))
    return True


def adds(s: State, data: tuple[str, Call], function: Var) -> None:
    """A function below @register.filter(...)"""
    s.watch(function, on_registered, data)


@sees(FUNC)
def on_registered(s: State, data: tuple[str, Call], function: Value) -> None:
    """One function that is a filter or a tag: under its own name, or the one that it is given."""
    kind, made = data
    language = s.of(EXT, tree.MODULE)
    name = keyword(made, "name")
    texts = [s.rows[v].text for var, _ in made.pos[:1] for v in s.holds(var) if s.kinds[v] == STR]
    texts += [s.rows[v].text for v in s.holds(name) if s.kinds[v] == STR] if name is not None else []
    own = s.facts[s.rows[function].function].name.rpartition(".")[2].partition("#")[0]
    files = [text for text in texts if "." in text]
    for text in files:
        s.add(s.field(function, "template"), s.of(STR, text))
    filename = keyword(made, "filename")
    if filename is not None:
        s.flow(filename, s.field(function, "template"))
    for text in [text for text in texts if "." not in text] or [own]:
        s.add(s.field(language, f"{kind}:{text}"), function)
