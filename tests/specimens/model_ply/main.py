import ply.lex
import ply.yacc

import sums
from words import Words


def main():
    words = Words()
    words.build()
    words.first("a b")
    found = sums.read("1 + 2", words)
    for one in found:
        one.total()
    sums.again("3")
    plain("4")
    by_module("5")
    next_token()


def plain(text):
    sums.parser.parse(text)


def by_module(text):
    return ply.yacc.parse(text)


def next_token():
    return ply.lex.token()
