"""Django's signals: who is connected to which, and who runs where one is sent."""

from __future__ import annotations

from code_path_audit.callgraph.frameworks import registering
from code_path_audit.callgraph.frameworks.row_values import name_of
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import BOX, CALLABLES, CLASS, EXT, STR, XINST
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

SIGNALS = "django.db.models.signals"


class Receivers:
    """Who is connected."""

    def __init__(self) -> None:
        self.senders: dict[tuple[Value, Value], dict[Var, None]] = {}
        """By signal and receiver, the variables of the senders; `NOWHERE` for any."""


def connect(s: State, signal: Value, receiver: Var, sender: Var) -> None:
    """signal.connect(receiver, sender=...)"""
    s.watch(receiver, on_connected, (signal, sender))


@sees(*CALLABLES)
def on_connected(s: State, data: tuple[Value, Var], value: Value) -> None:
    """One receiver."""
    signal, sender = data
    rows = s.tables[Receivers].senders.setdefault((signal, value), {})
    if sender not in rows:
        rows[sender] = None
        s.add(s.field(signal, "receivers"), value)


def hears(s: State, signals: tuple[str, ...], model: Value) -> bool:
    """Whether somebody is told by one of some signals of the rows of a model."""
    above = set(classes.order(s, model)) if s.kinds[model] == CLASS else {model}
    wanted = {s.of(EXT, f"{SIGNALS}.{name}") for name in signals}
    for (signal, _), senders in s.tables[Receivers].senders.items():
        if signal in wanted and any(sender == NOWHERE or not above.isdisjoint(s.holds(sender)) for sender in senders):
            return True
    return False


def decorator(s: State, call: Call, value: Value) -> bool:
    """@receiver(post_save, sender=Order)"""
    if not call.pos:
        return False
    sender = next((var for name, var in call.kw if name == "sender"), NOWHERE)
    s.calls_external(call.site, "django.dispatch.receiver", call.kind)
    registering.makes(s, call, "django.dispatch.receiver()", receives, (call.pos[0][0], sender))
    return True


def receives(s: State, data: tuple[Var, Var], receiver: Var) -> None:
    """A function below @receiver."""
    signals, sender = data
    s.watch(signals, on_signal, (receiver, sender))


@sees(EXT, XINST, BOX)
def on_signal(s: State, data: tuple[Var, Var], value: Value) -> None:
    """One signal, or several."""
    if s.kinds[value] == BOX:
        s.watch(s.field(value, "*"), on_signal, data)
    else:
        connect(s, value, *data)


def connect_method(s: State, call: Call, signal: Value) -> bool:
    """post_save.connect(receiver, sender=...)"""
    receiver = next((var for name, var in call.kw if name == "receiver"), call.pos[0][0] if call.pos else None)
    sender = next((var for name, var in call.kw if name == "sender"), call.pos[1][0] if len(call.pos) > 1 else NOWHERE)
    if receiver is None:
        return False
    connect(s, signal, receiver, sender)
    return True


def send(s: State, site: Site, signals: tuple[str, ...], model: Value, row: Value) -> None:
    """Django sends signals of a row."""
    for name in signals:
        signal = s.of(EXT, f"{SIGNALS}.{name}")
        s.watch(s.field(signal, "receivers"), on_receiver, (signal, site, model, row))


def on_receiver(s: State, data: tuple[Value, Site, Value, Value], receiver: Value) -> None:
    """One receiver, for each sender that it is for."""
    signal, site, model, row = data
    # a program may put something else there: post_save.receivers = []
    for sender in s.tables[Receivers].senders.get((signal, receiver), ()):
        if sender == NOWHERE:
            call_receiver(s, site, model, row, receiver)
        else:
            s.watch(sender, on_sender, (site, model, row, receiver))


@sees(CLASS, EXT, STR)
def on_sender(s: State, data: tuple[Site, Value, Value, Value], sender: Value) -> None:
    """The model that a receiver is for."""
    site, model, row, receiver = data
    is_same = sender == model or (s.kinds[model] == CLASS and sender in classes.order(s, model)[1:])
    if s.kinds[sender] == STR:
        is_same = s.rows[sender].text.rpartition(".")[2] == name_of(s, model)
    if is_same:
        call_receiver(s, site, model, row, receiver)


def call_receiver(s: State, site: Site, model: Value, row: Value, receiver: Value) -> None:
    """A receiver runs where the signal is sent."""
    sender, instance, created = s.variable(), s.variable(), s.variable()
    s.add(sender, model)
    s.add(instance, row)
    s.add(created, s.instance("builtins.bool"))
    keywords = (("sender", sender), ("instance", instance), ("created", created), ("signal", s.variable()))
    s.apply(s, Call(site, NOWHERE, (), keywords, "callback"), receiver)


def send_method(s: State, call: Call, signal: Value) -> bool:
    """signal.send(sender=..., ...): a signal of the program's own."""
    s.watch(s.field(signal, "receivers"), on_sent, call)
    return True


def on_sent(s: State, call: Call, receiver: Value) -> None:
    """One receiver of a signal that the program sends."""
    sender = tuple(("sender", var) for var, _ in call.pos[:1])
    keywords = (*sender, *(row for row in call.kw if row[0] is not None), ("signal", s.variable()))
    s.apply(s, Call(call.site, NOWHERE, (), keywords, "callback"), receiver)
