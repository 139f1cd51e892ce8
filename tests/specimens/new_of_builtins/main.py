class MyStr(str):
    def __new__(cls):
        return str.__new__(cls)

    def show(self):
        return None


class MyInt(int):
    def __new__(cls):
        return int.__new__(cls)

    def show(self):
        return None


class MyFloat(float):
    def __new__(cls):
        return float.__new__(cls)

    def show(self):
        return None


class MyComplex(complex):
    def __new__(cls):
        return complex.__new__(cls)

    def show(self):
        return None


class MyBytes(bytes):
    def __new__(cls):
        return bytes.__new__(cls)

    def show(self):
        return None


class MyBytearray(bytearray):
    def __new__(cls):
        return bytearray.__new__(cls)

    def show(self):
        return None


class MyTuple(tuple):
    def __new__(cls):
        return tuple.__new__(cls)

    def show(self):
        return None


class MyFrozenset(frozenset):
    def __new__(cls):
        return frozenset.__new__(cls)

    def show(self):
        return None


class MyList(list):
    def __new__(cls):
        return list.__new__(cls)

    def show(self):
        return None


class MyDict(dict):
    def __new__(cls):
        return dict.__new__(cls)

    def show(self):
        return None


class MySet(set):
    def __new__(cls):
        return set.__new__(cls)

    def show(self):
        return None


def main():
    MyStr().show()
    MyInt().show()
    MyFloat().show()
    MyComplex().show()
    MyBytes().show()
    MyBytearray().show()
    MyTuple().show()
    MyFrozenset().show()
    MyList().show()
    MyDict().show()
    MySet().show()
