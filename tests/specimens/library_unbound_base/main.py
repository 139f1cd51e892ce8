import jinja2


def pick(name):
    return name


class Environment(jinja2.Environment):
    def __init__(self):
        jinja2.Environment.__init__(self, loader=pick)


def load(env):
    return env.get_template("a")


load(Environment())
