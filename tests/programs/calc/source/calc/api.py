from calc.nodes import Call, Name
from calc.parser import Parser, SyntaxError_
from calc.scopes import Constants, Functions, NameError_, Scope
from calc.values import Quantity, UnitError

functions = Functions()
constants = Constants({"pi": Quantity(3.14159), "dozen": 12 * Quantity(1)})


@functions.register
def double(value):
    return 2 * value


@functions.register(name="max")
def largest(*values):
    return max(values)


@functions.register
def total(*values):
    return sum(values, Quantity(0))


def hidden(value):
    """Not registered."""
    return double(value)


def evaluate(text, **values):
    try:
        scope = Scope({name: Quantity(value) for name, value in values.items()}, constants)
        return repr(Parser(text).expression().eval(scope, functions))
    except (SyntaxError_, NameError_, UnitError) as error:
        return f"error: {error}"


class Session:
    def __init__(self):
        self.scope = Scope(outer=constants)
        self.known = {}

    def run(self, text):
        name, sign, rest = text.partition(":=")
        tree = Parser(rest if sign else text).expression()
        if unknown := {node.name for node in tree.walk() if isinstance(node, (Name, Call))} - self.names():
            return f"what is {', '.join(sorted(unknown))}?"
        value = tree.eval(self.scope, functions)
        if sign:
            self.scope[name.strip()] = value
        self.known[value] = text
        return value

    def names(self):
        return {*self.scope, *constants, *functions.names()}
