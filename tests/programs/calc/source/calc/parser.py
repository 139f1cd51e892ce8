import re

from calc.nodes import Binary, Call, Either, Let, Literal, Name, Negative
from calc.values import Quantity

TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?[a-z]*)|(?P<word>[a-z_]+)|(?P<sign>>=|[-+*^<=(),]))")


class SyntaxError_(Exception):
    pass


def number(parser, text):
    digits = re.match(r"[\d.]+", text)[0]
    return Literal(Quantity(float(digits), text[len(digits) :]))


def word(parser, text):
    if parser.accept("("):
        return Call(text, list(parser.arguments()))
    return Name(text)


def group(parser, text):
    node = parser.expression()
    parser.expect(")")
    return node


def let(parser, text):
    _, name = parser.advance()
    parser.expect("=")
    value = parser.expression(POWER["="])
    parser.expect("in")
    return Let(name, value, parser.expression())


def negative(parser, text):
    return Negative(parser.expression(POWER["*"]))


def postfix(parser, text):
    """An idea for factorials; in no table."""
    return parser.expression(90)


def binary(parser, left, text):
    return Binary(text, left, parser.expression(POWER[text]))


def power(parser, left, text):
    return Binary(text, left, parser.expression(POWER[text] - 1))


PREFIX = {"number": number, "word": word, "(": group, "let": let, "-": negative}
INFIX = dict.fromkeys(["+", "-", "*", "<", "=", ">="], binary)
INFIX.update({"^": power, "or": lambda parser, left, text: Either(text, left, parser.expression(POWER[text]))})
POWER = {"or": 5, "<": 10, "=": 10, ">=": 10, "+": 20, "-": 20, "*": 30, "^": 40}


class Parser:
    def __init__(self, text):
        self.tokens = list(self.scan(text))
        self.at = 0

    def scan(self, text):
        position = 0
        while position < len(text.rstrip()):
            found = TOKEN.match(text, position)
            if found is None:
                raise SyntaxError_(text[position:])
            position = found.end()
            yield found.lastgroup, found[found.lastgroup]
        yield "end", ""

    @property
    def next(self):
        return self.tokens[min(self.at, len(self.tokens) - 1)]

    def advance(self):
        token = self.next
        self.at += 1
        return token

    def accept(self, text):
        if self.next[1] != text:
            return False
        self.advance()
        return True

    def expect(self, text):
        if not self.accept(text):
            raise SyntaxError_(text)

    def expression(self, least=0):
        kind, text = self.advance()
        handler = PREFIX.get(text, PREFIX.get(kind))
        if handler is None:
            raise SyntaxError_(text)
        left = handler(self, text)
        while POWER.get(self.next[1], 0) > least:
            _, text = self.advance()
            left = INFIX[text](self, left, text)
        return left

    def arguments(self):
        while not self.accept(")"):
            yield self.expression()
            self.accept(",")
