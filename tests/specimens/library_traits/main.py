from traitlets import HasTraits, Instance, List, Unicode, default, observe


def step():
    return 1


class Part:
    def run(self):
        return 2


class App(HasTraits):
    name = Unicode()
    path = Unicode()
    steps = List([step]).tag(config=True)
    part = Instance(Part)

    def _name_default(self):
        return "a"

    @default("path")
    def find_path(self):
        return "b"

    @observe("path")
    def on_path(self, change):
        return change

    def _other_default(self):
        return "c"


def read(app):
    return app.name


def write(app):
    app.path = "d"


def declared(app):
    app.part.run()
    for each in app.steps:
        each()


read(App())
declared(App())
write(App())
