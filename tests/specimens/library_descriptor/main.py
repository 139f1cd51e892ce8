from traitlets import Unicode


class Extension(Unicode):
    def validate(self, obj, value):
        return value


class Exporter:
    extension = Extension()

    def run(self):
        return self.extension


Exporter().run()
