from django.utils.functional import LazyObject

import defaults


class Lazy(LazyObject):
    def _setup(self):
        self._wrapped = Settings(defaults)


class Settings:
    def __init__(self, *sources):
        for source in sources:
            for name in dir(source):
                if name.isupper():
                    setattr(self, name, getattr(source, name))


settings = Lazy()
