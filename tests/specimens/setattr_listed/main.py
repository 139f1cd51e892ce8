import defaults


class Settings:
    def __init__(self, *sources):
        for source in sources:
            for name in dir(source):
                if name.isupper():
                    setattr(self, name, getattr(source, name))


class Other:
    def __init__(self, source):
        for name in dir(source):
            setattr(self, name, getattr(source, "SHOW"))


def main():
    settings = Settings(defaults)
    settings.SHOW(1)
    Other(defaults)
