import attr
import attrs
from pydantic import BaseModel, Field, PrivateAttr


class Engine:
    def go(self):
        return 1


def limit():
    return 3


def owner_of(job):
    return job.go()


def made():
    return Engine()


def cache():
    return {}


@attrs.define
class Job:
    count: int
    limit: int = attrs.field(factory=limit)
    engine: Engine = attrs.field(default=attrs.Factory(made))
    owner: object = attrs.field(default=attrs.Factory(owner_of, takes_self=True))

    def go(self):
        return self.engine.go()


@attr.s
class Old:
    first = attr.ib()
    second = attr.ib(factory=limit)
    _third = attr.ib(default=attr.Factory(made))


class Model(BaseModel):
    size: int = Field(default_factory=limit)
    engine: Engine = Field(default_factory=made)
    _cache: dict = PrivateAttr(default_factory=cache)


def left_out():
    return Job(1)


def given():
    return Job(1, 2, Engine(), None)


def old():
    return Old(1), Old(1, 2, 3)


def model():
    return Model(size=1)


left_out()
given()
old()
model().engine.go()
