def a():
    return 1


def b():
    return 2


def c():
    return 3


rows = []
rows.append(a)
for f in rows:
    f()
table = {}
table["b"] = b
table["b"]()
other = {}
other.update({"c": c})
other["c"]()
