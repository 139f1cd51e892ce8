def rated(function):
    def rate(text):
        return function(text)

    return rate


class Rating(type):
    def __new__(mcs, name, bases, namespace):
        if "analyse" in namespace:
            namespace["analyse"] = rated(namespace["analyse"])
        return type.__new__(mcs, name, bases, namespace)


class Lexer(metaclass=Rating):
    def analyse(text):
        return 1


Lexer.analyse("x")
