class Metadata:
    @property
    def name(self):
        return 1

    @property
    def version(self):
        return 2

    def validate(self):
        for attribute in dir(self):
            getattr(self, attribute)


Metadata().validate()
