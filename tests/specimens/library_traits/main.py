from traitlets import HasTraits, Unicode, default, observe


class App(HasTraits):
    name = Unicode()
    path = Unicode()

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


read(App())
write(App())
