"""What frameworks do, at each place where the language and the libraries ask for it."""

from __future__ import annotations

from code_path_audit.callgraph.frameworks import (
    active_record_models,
    active_records,
    django_admin,
    django_class_views,
    django_declared,
    django_form_choices,
    django_forms,
    django_formsets,
    django_lazy_objects,
    django_model_names,
    django_models,
    django_paging,
    django_querysets,
    django_requests,
    django_row_functions,
    django_settings,
    django_signals,
    django_transactions,
    django_users,
    django_validation,
    django_views,
    flask_login,
    flask_sqlalchemy,
    injected_dependencies,
    plugin_hooks,
    reading,
    registering,
    rest_requests,
    rest_serializers,
    schemas,
    sqlalchemy_declared,
    sqlalchemy_inserts,
    sqlalchemy_relationships,
    sqlalchemy_statements,
    sqlalchemy_transactions,
    templates,
    web_requests,
    written_decorators,
)
from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import key_of
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT, INST, NONE, XINST, XMETHOD, XRES
from code_path_audit.callgraph.solver.ids import Site, Value
from code_path_audit.callgraph.solver.state import Call, Frameworks, Iteration, Model, Read, State
from code_path_audit.facts.annotations import INJECTING
from code_path_audit.facts.unwritten import UNWRITTEN

FUNCTIONS: dict[str, Model] = {
    "get_object_or_404": django_querysets.get_or_404,
    "get_list_or_404": django_querysets.get_or_404,
    "aget_object_or_404": django_querysets.get_or_404,
    "aget_list_or_404": django_querysets.get_or_404,
    "get_user_model": django_model_names.user_model,
    "get_model": django_model_names.model,
    "Prefetch": django_querysets.declare_prefetch,
    "prefetch_related_objects": django_row_functions.prefetched,
    "aprefetch_related_objects": django_row_functions.prefetched,
    "serialize": django_row_functions.serialize,
    "from_queryset": django_querysets.from_queryset,
    **dict.fromkeys(django_formsets.FACTORIES, django_formsets.factory),
    "receiver": django_signals.decorator,
    "UniqueConstraint": django_validation.constraint,
    "CheckConstraint": django_validation.constraint,
    "register": django_admin.register,
    "Paginator": django_paging.made,
    "AsyncPaginator": django_paging.made,
    "call_command": django_requests.command,
    "execute_from_command_line": django_requests.command,
    "get_asgi_application": django_requests.setup,
    "get_wsgi_application": django_requests.setup,
    "setup": django_requests.setup,
}
"""Functions of Django, by the last part of their name."""


def called(s: State, call: Call, value: Value) -> bool:
    """A call of something outside of the source."""
    kind = s.kinds[value]
    row = s.rows[value]
    if kind in (EXT, XMETHOD, XRES) and row.dotted.endswith(UNWRITTEN):  # classes outside have none
        s.answer(call.site)
        return True
    if call.kind == "decorator" and kind in (EXT, XRES) and call.pos:
        dotted, below = row.dotted.removesuffix("()"), call.pos[0][0]
        django_transactions.decorates(s, dotted, below)
        django_users.decorates(s, dotted, below)
        rest_requests.decorates(s, dotted, below)
    if kind == XRES and row.dotted.startswith("fastapi.") and call.pos:
        injected_dependencies.handles(s, call.pos[0][0])
    if kind in (XMETHOD, XRES) and (hook := plugin_hooks.hook_of(s, row.dotted)):
        return plugin_hooks.call_hook(s, call, hook)
    if kind == EXT:
        return called_by_name(s, call, value, row.dotted)
    if kind == XMETHOD:
        receiver = row.receiver
        name = row.dotted.rpartition(".")[2]
        if active_records.called(s, call, name, receiver, row.dotted):
            return True
        if flask_sqlalchemy.called(s, call, name, receiver, row.dotted):
            return True
        if sqlalchemy_statements.called(s, call, name, receiver, row.dotted):
            return True
        if s.kinds[receiver] == CLASS:
            if name in schemas.VALIDATING:
                return schemas.validated(s, call, receiver)
            return name == "as_manager" and django_querysets.as_manager(s, call, receiver)
        if django_requests.is_request(s, receiver, name):
            django_requests.answer(s, call, value)
            return False
        if name in schemas.DUMPING and s.kinds[receiver] == INST:
            return schemas.dumped(s, call, receiver)
        django_users.method(s, call, name, receiver, row.dotted)
        if django_formsets.method(s, call, name, receiver):
            return True
        if name in django_paging.PAGES and django_paging.method(s, call, name, receiver):
            return True
        if s.kinds[receiver] == XINST and s.rows[receiver].dotted == "django.dispatch.Signal":
            return signal_method(s, call, name, receiver)
        if name in templates.RENDERING and (
            templates.render_found(s, call, receiver) or templates.rendered(s, call, value)
        ):
            return True
        if name in templates.GETTING and templates.got(s, call, value):
            return True
        if name in templates.REGISTERING and templates.is_library(s, receiver, name):
            return templates.registers(s, call, name, receiver)
        if name == "save" and django_forms.is_form(s, receiver) and django_forms.save(s, call, receiver):
            return True
        if name in rest_serializers.METHODS and rest_serializers.method(s, call, name, receiver):
            return True
        if name == "is_valid" and django_forms.is_form(s, receiver):
            django_form_choices.validated(s, call, receiver)
            return False
        if name == "get_queryset" and django_admin.is_object(s, receiver):
            return django_admin.inherited(s, call, receiver)
        if name in django_class_views.INHERITED and django_class_views.is_object(s, receiver):
            return django_class_views.inherited(s, call, name, receiver)
        if key_of(s, receiver) is None and not is_plain_row(s, receiver, row.dotted):
            return False
        return django_querysets.method(s, call, name, receiver)
    if kind != XINST:
        return False
    makes = (django_formsets.constructs, registering.decorated, sqlalchemy_statements.opens)
    return any(framework(s, call, value) for framework in makes)


def is_plain_row(s: State, receiver: Value, dotted: str) -> bool:
    """Whether a method is one of a model's, of an object of which nothing else is known."""
    return s.kinds[receiver] == INST and dotted.startswith(django_declared.MODEL + ".")


def called_by_name(s: State, call: Call, value: Value, dotted: str) -> bool:
    """A function or a class outside."""
    head, _, last = dotted.rpartition(".")
    if last.endswith(django_forms.CHOICE) and dotted.startswith("django.forms."):
        return django_form_choices.declare(s, call, value)
    if last.endswith(("Field", "Key")) and active_record_models.declare(s, call, value):
        return True
    if dotted in ("peewee.prefetch", "playhouse.prefetch"):
        return active_records.prefetched(s, call, value)
    is_field = last.endswith(("Field", "Key")) or last in django_declared.ATTACHED
    if is_field and s.a_class[call.site.activation] >= 0:
        return django_declared.declare(s, call, value)
    model = templates.LANGUAGE_MODELS.get(dotted)
    if model is not None:
        s.answer(call.site)
        return model(s, call, value)
    if last in templates.RENDERING and templates.rendered(s, call, value):
        return True
    if last in templates.GETTING and templates.got(s, call, value):
        return True
    if last in INJECTING and dotted.startswith("fastapi."):
        return injected_dependencies.declare(s, call, value)
    if dotted.partition(".")[0] in sqlalchemy_statements.PACKAGES:
        return of_sqlalchemy(s, call, value, last)
    if dotted == "rest_framework.generics.get_object_or_404":
        return django_querysets.get_or_404(s, call, value)
    if not dotted.startswith("django."):
        return False
    if last in django_views.ROUTING:
        return django_views.routes(s, call, value)
    function = FUNCTIONS.get(last)
    if function is not None:
        return function(s, call, value)
    if last in ("connect", "send", "send_robust") and ".signals." in head:
        return signal_method(s, call, last, s.of(EXT, head))
    return False


def of_sqlalchemy(s: State, call: Call, value: Value, last: str) -> bool:
    """A function of SQLAlchemy's."""
    if last in ("relationship", "Relationship"):
        return sqlalchemy_relationships.declare(s, call, value)
    if last in sqlalchemy_relationships.COLUMNS:
        sqlalchemy_relationships.maps(s, call)
        sqlalchemy_inserts.column(s, call)
        return False
    if last == "backref":
        return sqlalchemy_relationships.backref(s, call, value)
    if last in sqlalchemy_inserts.ENGINES:
        sqlalchemy_inserts.engine(s, call)
        return False
    if last in sqlalchemy_statements.SESSIONS:
        return sqlalchemy_statements.factory(s, call, value)
    if last in sqlalchemy_statements.MAKING:
        return sqlalchemy_statements.statement(s, call, value)
    if last == "SQLAlchemy":
        return flask_sqlalchemy.make(s, call)
    return last in sqlalchemy_statements.LOADING and sqlalchemy_statements.loading(s, call, value)


LAZY = frozenset(("peewee.ModelSelect",))
"""Classes of other mappers whose objects ask the database where they are iterated."""


def iterated(s: State, data: Iteration, value: Value) -> bool:
    """A loop over what gives rows."""
    if s.kinds[value] == XINST and s.rows[value].dotted in LAZY and active_records.key(s, value) is None:
        does(s, data.site, f"{s.rows[value].dotted}.__iter__", "iterate")
    django_form_choices.iterated(s, data, value)
    rows = (
        active_records.iterated,
        django_formsets.iterated,
        django_querysets.iterated,
        sqlalchemy_statements.iterated,
    )
    return any(framework(s, data, value) for framework in rows)


def special(s: State, value: Value, name: str, call: Call) -> bool:
    """A special method of what gives rows, of a session, or of a form."""
    row = s.rows[value]
    if row.kind == XINST and type(row.key) is int and row.dotted != django_users.SESSION:
        return False  # of which nothing is known but its class
    if row.kind == INST and type(row.context) is int and name != "__str__":
        return False
    django_form_choices.special(s, value, name, call)
    django_formsets.special(s, value, name, call)
    django_users.special(s, value, name, call)
    rows = (active_records.special, django_querysets.special, sqlalchemy_statements.special)
    return any(framework(s, value, name, call) for framework in rows)


def has_mapped(s: State) -> bool:
    """Whether there may be classes so far whose objects are rows."""
    return s.tables[sqlalchemy_declared.Relationships].any_mapped or django_declared.may_be_there(s)


def is_mapped(s: State, cls: Value) -> bool:
    """Whether the objects of a class are rows."""
    return django_declared.is_model(s, cls) or sqlalchemy_declared.is_mapped(s, cls)


def entered(s: State, site: Site, value: Value) -> None:
    """with transaction.atomic(), with session.begin()"""
    sqlalchemy_transactions.entered(s, site, value)
    if s.kinds[value] == XRES and s.rows[value].dotted.startswith(django_transactions.ATOMIC):
        django_transactions.entered(s, site)


def member(s: State, data: Read, base: Value) -> bool:
    """A member of an object or a class that the source does not define."""
    django_form_choices.member(s, data, base)
    return (
        rest_requests.member(s, data, base)
        or rest_serializers.member(s, data, base)
        or flask_sqlalchemy.member(s, data, base)
        or active_records.member(s, data, base)
        or django_formsets.member(s, data, base)
        or django_lazy_objects.member(s, data, base)
        or (s.kinds[base] in (INST, XINST) and django_users.member(s, data, base))
        or sqlalchemy_relationships.member(s, data, base)
        or django_models.member(s, data, base)
    )


def named(s: State, data: Read, base: Value) -> bool:
    """What is read of a name outside."""
    return django_settings.named(s, data, base) or flask_login.named(s, data, base)


def signal_method(s: State, call: Call, name: str, signal: Value) -> bool:
    """A method of a signal."""
    if name == "connect":
        return django_signals.connect_method(s, call, signal)
    return name in ("send", "send_robust") and django_signals.send_method(s, call, signal)


def object_of(s: State, call: Call, cls: Value) -> Value | None:
    """What constructing a class of the source gives, where a framework says it."""
    return django_models.object_of(s, cls) or rest_serializers.object_of(s, call, cls)


def constructs(s: State, call: Call, cls: Value) -> bool:
    """A class of the source is called: whether that is all there is to it."""
    sqlalchemy_inserts.constructs(s, call, cls)
    rest_serializers.constructs(s, call, cls)
    return django_querysets.constructs_query(s, call, cls)


def constructed(s: State, call: Call, instance: Value) -> bool:
    """The constructor that an object of the source has from outside."""
    if rest_serializers.checking(s, instance) is not None:
        return True  # one with data asks nothing yet
    if django_forms.is_form(s, instance):
        return True  # nor does a form
    if s.kinds[instance] == INST and django_declared.is_model(s, s.rows[instance].cls):
        django_models.construct(s, call, instance)
        return True
    return False


def bound(s: State, data: Read, base: Value, cls: Value, value: Value) -> bool:
    """A class attribute that is read of an object, or (`base` is None or the class) of the class."""
    if s.kinds[value] not in (INST, XINST):
        return False
    if active_records.bound(s, data, base, value):
        return True
    if sqlalchemy_relationships.bound(s, data, base, cls, value) or flask_sqlalchemy.bound(s, data, base, cls, value):
        return True
    if s.kinds[base] in (CLASS, NONE):
        return django_models.bound_manager(s, data.dst, cls, value)
    django_form_choices.bound(s, data, base, value)
    return django_models.bound(s, data.dst, base, data.site, data.name, value)


FRAMEWORKS = Frameworks(
    called=called,
    constructs=constructs,
    object_of=object_of,
    constructed=constructed,
    bound=bound,
    member=member,
    named=named,
    iterated=iterated,
    special=special,
    entered=entered,
    has_mapped=has_mapped,
    is_mapped=is_mapped,
)

FEATURES: tuple[type, ...] = (
    active_record_models.Records,
    django_declared.Models,
    django_querysets.Prefetches,
    django_form_choices.Offered,
    django_formsets.Formsets,
    django_paging.Paginators,
    django_signals.Receivers,
    django_validation.Constraints,
    registering.Registering,
    django_settings.Settings,
    templates.Templates,
    sqlalchemy_statements.KnownRows,
    sqlalchemy_declared.Relationships,
    sqlalchemy_inserts.Inserts,
    injected_dependencies.Dependencies,
    django_users.Requests,
    rest_requests.Functions,
    django_transactions.Transactions,
    django_views.Views,
    web_requests.Routed,
    written_decorators.Decorators,
    reading.Reading,
)
"""The tables of frameworks."""
