"""Names of methods and of builtins that say what becomes of a value."""

from __future__ import annotations

ADDING = frozenset(
    ("append", "add", "insert", "extend", "appendleft", "setdefault", "update", "put", "put_nowait", "__setitem__")
)
"""Methods of containers that keep what they are given."""
REGISTERING = ("callback", "push", "register", "connect", "subscribe", "add_done_callback")
"""Methods of other objects that keep what they are given to call it later."""
GETTING = frozenset(
    ("get", "pop", "popleft", "values", "items", "setdefault", "copy", "__getitem__", "popitem", "get_nowait", "keys")
)
"""Methods of containers that give what these hold."""
PASSING = frozenset(
    ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "dict", "enumerate", "zip", "next")
)
"""Builtins that give what they are given, or its elements."""
CALLING = {"sorted": "key", "min": "key", "max": "key", "map": 0, "filter": 0}
"""Builtins that call an argument."""
SETTING = ("setattr", "object.__setattr__")
"""Builtins that set an attribute."""
DATA = frozenset((*dir(str), *dir(dict), *dir(list), *dir(set), "read", "write", "close", "flush", "readline"))
"""Members that say nothing of an argument: those of plain data."""
PARTIALS = ("functools.partial", "functools.partialmethod", "typing.cast")
