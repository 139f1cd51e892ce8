"""Django as a whole: a request of a test client goes through the middleware to the views, a command by its name runs.

What the URLconf and the settings name is kept for the process by rows of the library model, and a request fires it
there. The middleware is made here, each with what hands on to the next and at last to the view; what it does around the
view is then called by whatever sends the request. Assumes that the URLs of the program are those of its settings.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks import django_settings
from code_path_audit.callgraph.frameworks.django_views import AROUND
from code_path_audit.callgraph.frameworks.loading import COMMANDS, is_routing
from code_path_audit.callgraph.functions.invocation import call_back_into
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.modules import load, module_names
from code_path_audit.callgraph.library.escapes import on_method
from code_path_audit.callgraph.library.loaded_packages import on_setting
from code_path_audit.callgraph.library.routes import asks
from code_path_audit.callgraph.library.summaries import use
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, INST, MODULE, STR, XINST
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

REQUESTS = frozenset(("get", "post", "put", "patch", "delete", "head", "options", "trace", "generic", "request"))
"""What a client sends a request by."""

CLIENTS = frozenset(("django.test.Client", "django.test.client.Client", "rest_framework.test.APIClient"))

NEXT = "django.core.handlers.base.BaseHandler.get_response"
"""What the last middleware hands on to; a row of the library model says that it calls the views."""

APPS = ("INSTALLED_APPS",)

MAX_COMMANDS = 40
"""Of more commands, none is meant by a name that is not known."""

METHODS = ("add_arguments", "handle")
"""What Django calls of a command."""

OTHERS = (*(name for name in AROUND if name != "__call__"), "process_exception")


def is_request(s: State, receiver: Value, name: str) -> bool:
    """Whether a method sends a request to the program itself."""
    return (
        name in REQUESTS and s.kinds[receiver] == XINST and s.behaviours.canonical(s.rows[receiver].dotted) in CLIENTS
    )


def answer(s: State, call: Call, value: Value) -> None:
    """A request: the URLconf is loaded, what the settings name is kept, and the middleware runs."""
    asks(s, call.site, [var for var, _ in call.pos[:1]], s.rows[value].dotted.rpartition(".")[2])
    for name in sorted(s.program.modules):
        if is_routing(name):
            load(s, name, call.site)
    settings = django_settings.modules(s)
    if not any("MIDDLEWARE" in module_names(s, module) for module in settings):
        call_back_into(s, (call.site, (), s.variable()), s.module_value(NEXT))
    for module in settings:
        load(s, module, call.site)
        for name in sorted(module_names(s, module)):
            if name == "MIDDLEWARE":
                s.watch(s.field(s.of(MODULE, module), name), on_layers, call.site)
            elif name.isupper() and name not in APPS:
                s.watch(s.field(s.of(MODULE, module), name), on_setting, (call.site, "django", module, 0))


def setup(s: State, call: Call, value: Value) -> bool:
    """django.setup(): each app is ready."""
    for module in django_settings.modules(s):
        for name in APPS:
            s.watch(s.field(s.of(MODULE, module), name), on_apps, call.site)
    return False


@sees(BOX)
def on_apps(s: State, site: Site, value: Value) -> None:
    """The list of the apps."""
    s.watch(s.field(value, "*"), on_app, site)


@sees(STR)
def on_app(s: State, site: Site, value: Value) -> None:
    """One app, by its configuration or its package."""
    text = s.rows[value].text
    if text in s.program.modules:
        text += ".apps"
    module = text if text in s.program.modules else text.rpartition(".")[0]
    if module in s.program.modules:
        load(s, module, site)
        for name in module_names(s, module) if module == text else (text.rpartition(".")[2],):
            s.watch(s.field(s.of(MODULE, module), name), on_config, site)


@sees(CLASS)
def on_config(s: State, site: Site, value: Value) -> None:
    """The configuration of an app."""
    if classes.has_outside(s, value, "django.apps.AppConfig"):
        use(s, site, (on_method, "ready", Evidence.CERTAIN), s.of(INST, value, 0))


@sees(BOX)
def on_layers(s: State, site: Site, value: Value) -> None:
    """The list of the middleware: each hands on to the next, the last of the source to the view."""
    count = sum(key.startswith("=i:") for key in s.keys_of.get(value, ()))
    hands_on = s.variable()
    s.add(hands_on, s.module_value(NEXT))
    for index in reversed(range(count)):
        around = s.variable()
        s.watch(s.field(value, f"=i:{index}"), on_layer, (site, hands_on, around))
        hands_on = around
    s.watch(s.field(value, "?"), on_layer, (site, hands_on, hands_on))
    s.watch(hands_on, call_back_into, (site, (), s.variable()))


@sees(STR)
def on_layer(s: State, data: tuple[Site, Var, Var], value: Value) -> None:
    """One middleware by name: that of the source is made with what it hands on to, and is called before that."""
    site, hands_on, around = data
    module, _, name = s.rows[value].text.rpartition(".")
    if module not in s.program.modules:
        s.flow(hands_on, around)
        return
    load(s, module, site)
    s.watch(s.field(s.of(MODULE, module), name), call_back_into, (site, (hands_on,), around))
    s.watch(around, on_made, site)


@sees(INST)
def on_made(s: State, site: Site, value: Value) -> None:
    """An object that a factory made: Django asks it around the view, too."""
    for name in OTHERS:
        use(s, site, (on_method, name, Evidence.LIKELY), value, Evidence.LIKELY)


# commands


def command(s: State, call: Call, value: Value) -> bool:
    """call_command("name"), execute_from_command_line(argv): commands of the program by name, all by one that is not
    known; a command that is given as an object is left to the row of the library model."""
    is_named = s.rows[value].dotted.endswith(".call_command")
    if is_named and call.pos and not call.pos[0][1]:
        s.watch(call.pos[0][0], on_command, call)
        s.when_empty(call.pos[0][0], any_command, call)
    else:
        any_command(s, call)
    return False


@sees(STR)
def on_command(s: State, call: Call, value: Value) -> None:
    """One name of a command."""
    wanted = COMMANDS + s.rows[value].text
    for module in sorted(s.program.modules):
        if f".{module}".endswith(wanted):
            run(s, module, call.site, Evidence.CERTAIN)


def any_command(s: State, call: Call) -> None:
    """A name that is not known."""
    found = [name for name in sorted(s.program.modules) if COMMANDS in f".{name}" and "._" not in name]
    for module in found if len(found) <= MAX_COMMANDS else ():
        run(s, module, call.site, Evidence.LIKELY)


def run(s: State, module: str, site: Site, evidence: Evidence) -> None:
    """The command of a module is made and run."""
    load(s, module, site)
    s.watch(s.field(s.of(MODULE, module), "Command"), on_command_class, (site, evidence))


@sees(CLASS)
def on_command_class(s: State, data: tuple[Site, Evidence], value: Value) -> None:
    """The class of a command."""
    site, evidence = data
    s.construct(s, Call(site, s.variable(), (), (), "callback", evidence), value)
    instance = s.of(INST, value, 0)
    for name in METHODS:
        if isinstance(classes.find(s, value, name), classes.Own):
            use(s, site, (on_method, name, evidence), instance, evidence)
