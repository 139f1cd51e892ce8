"""UserDict and UserList themselves hold what they are given."""

from collections import UserDict, UserList


def a(): ...


def b(): ...


def c(): ...


def main():
    table = UserDict({"a": a})
    table["b"] = b
    table["a"]()
    table.data["b"]()
    for one in UserList([c]):
        one()
