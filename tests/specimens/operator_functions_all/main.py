import operator
from operator import lt


class Found:
    def used(self):
        return 1


class Sum:
    def __add__(self, other):
        return Found()

    def __iadd__(self, other):
        return Found()

    def __sub__(self, other):
        return Found()

    def __isub__(self, other):
        return Found()

    def __mul__(self, other):
        return Found()

    def __imul__(self, other):
        return Found()

    def __matmul__(self, other):
        return Found()

    def __imatmul__(self, other):
        return Found()

    def __truediv__(self, other):
        return Found()

    def __itruediv__(self, other):
        return Found()

    def __floordiv__(self, other):
        return Found()

    def __ifloordiv__(self, other):
        return Found()

    def __mod__(self, other):
        return Found()

    def __imod__(self, other):
        return Found()

    def __pow__(self, other):
        return Found()

    def __ipow__(self, other):
        return Found()

    def __lshift__(self, other):
        return Found()

    def __ilshift__(self, other):
        return Found()

    def __rshift__(self, other):
        return Found()

    def __irshift__(self, other):
        return Found()

    def __and__(self, other):
        return Found()

    def __iand__(self, other):
        return Found()

    def __or__(self, other):
        return Found()

    def __ior__(self, other):
        return Found()

    def __xor__(self, other):
        return Found()

    def __ixor__(self, other):
        return Found()

    def __neg__(self):
        return Found()

    def __pos__(self):
        return Found()

    def __invert__(self):
        return Found()

    def __lt__(self, other):
        return True

    def __le__(self, other):
        return True

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return True

    def __ge__(self, other):
        return True

    def __gt__(self, other):
        return True

    def __contains__(self, item):
        return True

    def __getitem__(self, key):
        return Found()

    def __setitem__(self, key, value):
        return None

    def __delitem__(self, key):
        return None

    def __bool__(self):
        return True



def by_add():
    return operator.add(Sum(), 1).used()


def by_iadd():
    return operator.iadd(Sum(), 1).used()


def by_sub():
    return operator.sub(Sum(), 1).used()


def by_isub():
    return operator.isub(Sum(), 1).used()


def by_mul():
    return operator.mul(Sum(), 1).used()


def by_imul():
    return operator.imul(Sum(), 1).used()


def by_matmul():
    return operator.matmul(Sum(), 1).used()


def by_imatmul():
    return operator.imatmul(Sum(), 1).used()


def by_truediv():
    return operator.truediv(Sum(), 1).used()


def by_itruediv():
    return operator.itruediv(Sum(), 1).used()


def by_floordiv():
    return operator.floordiv(Sum(), 1).used()


def by_ifloordiv():
    return operator.ifloordiv(Sum(), 1).used()


def by_mod():
    return operator.mod(Sum(), 1).used()


def by_imod():
    return operator.imod(Sum(), 1).used()


def by_pow():
    return operator.pow(Sum(), 1).used()


def by_ipow():
    return operator.ipow(Sum(), 1).used()


def by_lshift():
    return operator.lshift(Sum(), 1).used()


def by_ilshift():
    return operator.ilshift(Sum(), 1).used()


def by_rshift():
    return operator.rshift(Sum(), 1).used()


def by_irshift():
    return operator.irshift(Sum(), 1).used()


def by_and():
    return operator.and_(Sum(), 1).used()


def by_iand():
    return operator.iand(Sum(), 1).used()


def by_or():
    return operator.or_(Sum(), 1).used()


def by_ior():
    return operator.ior(Sum(), 1).used()


def by_xor():
    return operator.xor(Sum(), 1).used()


def by_ixor():
    return operator.ixor(Sum(), 1).used()


def by_neg():
    return operator.neg(Sum()).used()


def by_pos():
    return operator.pos(Sum()).used()


def by_invert():
    return operator.invert(Sum()).used()


def by_inv():
    return operator.inv(Sum()).used()


class Joined:
    def __add__(self, other):
        return Found()

    def __iadd__(self, other):
        return Found()


def by_concat():
    return operator.concat(Joined(), 1).used()


def by_iconcat():
    return operator.iconcat(Joined(), 1).used()


def by_lt():
    return operator.lt(Sum(), 1)


def by_le():
    return operator.le(Sum(), 1)


def by_eq():
    return operator.eq(Sum(), 1)


def by_ne():
    return operator.ne(Sum(), 1)


def by_ge():
    return operator.ge(Sum(), 1)


def by_gt():
    return operator.gt(Sum(), 1)


def by_contains():
    return operator.contains(Sum(), 1)


def by_getitem():
    return operator.getitem(Sum(), 1).used()


def by_setitem():
    return operator.setitem(Sum(), 1, 2)


def by_delitem():
    return operator.delitem(Sum(), 1)


def by_truth():
    return operator.truth(Sum())


def by_not():
    return operator.not_(Sum())


def by_name():
    return lt(Sum(), 1), pow(Sum(), 1).used()
