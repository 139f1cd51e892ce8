def first():
    return 1


def second():
    return 2


def third():
    return 3


def local(other):
    table = {"a": {"b": first}, "c": [first, first]}
    table["a"]["b"] = second
    table["c"][-1] = third
    other()
    table["a"]["b"]()
    table["c"][1]()


def updated():
    table = {"a": first}
    table.update({"a": second})
    table["a"]()


def handed_on(change):
    table = {"a": first}
    table["a"] = second
    change(table)
    table["a"]()


def change(table):
    table["a"] = third


def either(flag):
    table = {"a": first}
    if flag:
        table["a"] = second
    table["a"]()


handlers = {"a": first}
handlers["a"] = second
handlers["a"]()
local(len)
updated()
handed_on(change)
either(len)
