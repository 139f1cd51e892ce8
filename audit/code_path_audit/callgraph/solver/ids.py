"""A type for each kind of number that the solver works with, so that no two can be mixed up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NewType

Value = NewType("Value", int)
"""An abstract value: its place in the table of values (`abstract_values`)."""

Function = NewType("Function", int)
"""A function of the program that something reaches."""

Activation = NewType("Activation", int)
"""A function in one context."""

if TYPE_CHECKING:

    class Var(int):
        """A variable: what has a points-to set."""

        def __add__(self, register: int) -> Var:
            """The registers of an activation are variables in a row."""

else:
    Var = int

NOWHERE = Var(0)
"""The variable for a result that nobody reads."""

NO_ACTIVATION = Activation(-1)
"""What stands where a module's body has the activation around it."""

NOTHING = Value(0)
"""What stands where no value is meant; nothing reads it."""

NO_CLASS = Value(-1)
"""What stands where an activation is no class body, and where no class is asked for."""


class Site(NamedTuple):
    """A call site of an activation. `place`: its index in `FunctionFacts.sites`, or one of the negative ones."""

    activation: Activation
    place: int


NO_SITE = Site(Activation(0), -1)
"""Where something happens at no call site of the source."""

ENTRY = -2
"""The place of a call that an entry point itself stands for: constructing a class."""

BEFORE = -3
"""The place of calls that ran before the action: constructing the object whose method is an entry point."""
