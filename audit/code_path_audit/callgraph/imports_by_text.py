"""Functions that return the object which a text names: `import_string("shop.cart.Cart")`, `pkgutil.resolve_name`.

The longest part of the text that is a module of the source is loaded; the rest are attributes. Assumes that nothing but
the text decides. A text that is not constant gives something unknown.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.state import Call, State
from code_path_audit.callgraph.values import EXT, MODULE, STR, XMETHOD, XRES


def import_object(s: State, call: Call, value: int) -> bool:
    """A call of such a function."""
    for var, _ in call.pos[:1]:
        s.watch(var, on_text, (call, s.rows[value][1] if s.kinds[value] in (EXT, XMETHOD, XRES) else ""))
    return True


def on_text(s: State, data: tuple[Call, str], value: int) -> None:
    """One text."""
    call, dotted = data
    parts = s.rows[value][1].replace(":", ".").split(".") if s.kinds[value] == STR else []
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if module in s.program.modules:
            load(s, module, call.aid, call.site)
            source = s.variable()
            s.add(source, s.of(MODULE, module))
            for index, name in enumerate(parts[length:]):
                out = call.dst if length + index == len(parts) - 1 else s.variable()
                s.watch(source, s.read, (out, name, call.aid, call.site))
                source = out
            if length == len(parts):
                s.flow(source, call.dst)
            return
    s.add(call.dst, s.of(XRES, f"{dotted}()", 0))
