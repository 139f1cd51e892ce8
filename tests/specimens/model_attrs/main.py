import attr
import attrs


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


@attr.s(auto_attribs=True)
class ByS:
    row: object

    def __attrs_post_init__(self):
        self.row.use()


@attr.attrs(auto_attribs=True)
class ByAttrs:
    row: object

    def __attrs_post_init__(self):
        self.row.use()


@attr.define
class ByDefine:
    row: object


@attr.frozen
class ByFrozen:
    row: object


@attr.mutable
class ByMutable:
    row: object


@attrs.define
class ByNewDefine:
    row: object


@attrs.frozen
class ByNewFrozen:
    row: object


@attrs.mutable
class ByNewMutable:
    row: object

    def show(self):
        return 3


def of_s():
    ByS(Row())


def of_attrs():
    ByAttrs(Row())


def of_define():
    ByDefine(Row()).row.use()


def of_frozen():
    ByFrozen(Row()).row.use()


def of_mutable():
    ByMutable(Row()).row.use()


def of_new_define():
    ByNewDefine(Row()).row.use()


def of_new_frozen():
    ByNewFrozen(Row()).row.use()


def of_new_mutable():
    ByNewMutable(Row()).row.use()


def by_evolve(holder):
    attr.evolve(holder).show()


def by_new_evolve(holder):
    attrs.evolve(holder).show()


of_s()
of_attrs()
of_define()
of_frozen()
of_mutable()
of_new_define()
of_new_frozen()
of_new_mutable()
by_evolve(ByNewMutable(None))
by_new_evolve(ByNewMutable(None))
Other()
