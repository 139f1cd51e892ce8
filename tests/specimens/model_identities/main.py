import abc
import functools
import typing


class Row:
    def use(self):
        return 1


@typing.final
class Final:
    def use(self):
        return 2


@typing.runtime_checkable
class Usable(typing.Protocol):
    def use(self): ...


@typing.no_type_check
def unchecked():
    return Row()


@functools.total_ordering
class Ordered:
    def __lt__(self, other):
        return True

    def __eq__(self, other):
        return True

    def use(self):
        return 3


class Base(abc.ABC):
    @abc.abstractmethod
    def run(self):
        return Row()

    @abc.abstractproperty
    def size(self):
        return 1


class Derived(Base):
    def run(self):
        return super().run()

    @property
    def size(self):
        return super().size


def wrapper():
    return Row()


def wrapped():
    return Final()


RowId = typing.NewType("RowId", Row)


def by_final():
    Final().use()


def by_unchecked():
    unchecked().use()


def by_ordering():
    Ordered().use()


def by_abstract():
    Derived().run().use()


def by_abstract_property():
    return Derived().size


def by_update():
    functools.update_wrapper(wrapper, wrapped)().use()


def by_assertion(row):
    typing.assert_type(row, Row).use()


def by_new_type(row):
    RowId(row).use()


by_final()
by_unchecked()
by_ordering()
by_abstract()
by_abstract_property()
by_update()
by_assertion(Row())
by_new_type(Row())
isinstance(Row(), Usable)
