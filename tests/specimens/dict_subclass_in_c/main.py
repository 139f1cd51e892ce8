from collections import OrderedDict


class Plugins(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key, value)

    def __getitem__(self, key):
        return super().__getitem__(key)


class Lines(list):
    def append(self, line):
        super().append(line)


def written():
    plugins = Plugins()
    plugins["a"] = 1
    return plugins["a"]


def by_methods():
    plugins = Plugins()
    plugins.setdefault("b", 2)
    plugins.update({"c": 3})
    lines = Lines()
    lines.extend(["a"])
    return plugins.get("a"), plugins.pop("b"), list(plugins.items()), lines


def copied():
    plugins = Plugins()
    named(**plugins)
    return dict(plugins), {**plugins}, "a" in plugins, list(plugins), list(reversed(plugins)), list(reversed(["a"]))


def named(**plugins):
    return plugins


def extended():
    lines = Lines()
    lines += ["a"]
    lines.append("b")


class Ordered(OrderedDict):
    def __getitem__(self, key):
        return super().__getitem__(key)


def copied_by_items():
    return dict(Ordered())
