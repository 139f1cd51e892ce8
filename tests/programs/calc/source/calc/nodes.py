import operator

from calc.values import Quantity


class Node:
    def eval(self, scope, functions):
        raise NotImplementedError

    def walk(self):
        yield self
        for child in self.children():
            yield from child.walk()

    def children(self):
        return ()


class Literal(Node):
    def __init__(self, value):
        self.value = value

    def eval(self, scope, functions):
        return self.value


class Name(Node):
    def __init__(self, name):
        self.name = name

    def eval(self, scope, functions):
        return scope[self.name]


class Binary(Node):
    operators = {
        "+": operator.add,
        "-": lambda a, b: a - b,
        "*": operator.mul,
        "^": pow,
        "<": operator.lt,
        "=": operator.eq,
        ">=": operator.ge,
    }

    def __init__(self, sign, left, right):
        self.sign = sign
        self.left = left
        self.right = right

    def children(self):
        return (self.left, self.right)

    def eval(self, scope, functions):
        left, right = (child.eval(scope, functions) for child in self.children())
        return self.operators[self.sign](left, right)


class Either(Binary):
    """`a or b`, which evaluates b only where it has to."""

    def eval(self, scope, functions):
        return self.left.eval(scope, functions) or self.right.eval(scope, functions)


class Negative(Node):
    def __init__(self, node):
        self.node = node

    def children(self):
        return (self.node,)

    def eval(self, scope, functions):
        return -self.node.eval(scope, functions)


class Call(Node):
    def __init__(self, name, arguments):
        self.name = name
        self.arguments = arguments

    def children(self):
        return self.arguments

    def eval(self, scope, functions):
        return functions[self.name](*[argument.eval(scope, functions) for argument in self.arguments])


class Let(Node):
    def __init__(self, name, value, body):
        self.name, self.value, self.body = name, value, body

    def children(self):
        return [self.value, self.body]

    def eval(self, scope, functions):
        inner = scope.inner(**{self.name: self.value.eval(scope, functions)})
        return self.body.eval(inner, functions)


class Comment(Node):
    """The parser drops them, and makes none."""

    def eval(self, scope, functions):
        return Quantity(0)
