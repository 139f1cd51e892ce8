import functools


class UnitError(Exception):
    def __init__(self, left, right):
        super().__init__(f"{left!r} and {right!r}")


@functools.total_ordering
class Quantity:
    __slots__ = ("number", "unit")

    def __init__(self, number, unit=""):
        self.number = number
        self.unit = unit

    def __repr__(self):
        return f"{self.number:g}{self.unit}"

    def __add__(self, other):
        return Quantity(self.number + self.same(other).number, self.unit)

    def __sub__(self, other):
        return self + -other

    def __neg__(self):
        return Quantity(-self.number, self.unit)

    def __mul__(self, other):
        if isinstance(other, (int, float)):
            return Quantity(self.number * other, self.unit)
        return Quantity(self.number * other.number, self.unit + other.unit)

    __rmul__ = __mul__

    def __pow__(self, other):
        result = Quantity(1)
        for _ in range(int(other.number)):
            result *= self
        return result

    def __eq__(self, other):
        return (self.number, self.unit) == (other.number, other.unit)

    def __lt__(self, other):
        return self.number < self.same(other).number

    def __hash__(self):
        return hash((self.number, self.unit))

    def __bool__(self):
        return bool(self.number)

    def same(self, other):
        if self.unit != other.unit:
            raise UnitError(self, other)
        return other


class Vector:
    """An older kind of value; nothing makes one."""

    def __init__(self, *parts):
        self.parts = parts

    def __add__(self, other):
        return Vector(*(a + b for a, b in zip(self.parts, other.parts)))

    def __mul__(self, other):
        return Vector(*(a * other for a in self.parts))

    def __bool__(self):
        return any(self.parts)
