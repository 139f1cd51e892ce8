class Filter:
    def __init__(self, parent=None):
        self.parent = parent

    def __call__(self, text):
        return text


class Other:
    def __call__(self, text):
        return text


def register(filters, name, item):
    is_class = isinstance(item, type)
    is_made = not is_class
    if is_made and callable(item):
        filters[name] = item
        return
    if is_class:
        register(filters, name, item())


def rebound(item, other):
    is_class = isinstance(item, type)
    item = other
    if is_class:
        item("a")


def plain(text):
    return text


register({}, "filter", Filter)
register({}, "plain", plain)
rebound(Filter, Other())
