import collections

import jinja2


class Resources(collections.defaultdict):
    pass


def include(name):
    return name


resources = Resources()
resources["include"] = include
jinja2.Template("{{ resources.include('a') }}").render(resources=resources)
