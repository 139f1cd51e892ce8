from typing import Protocol, runtime_checkable


@runtime_checkable
class Mailer(Protocol):
    def send(self, text: str) -> None: ...

    def close(self) -> None: ...


class Unknown(Protocol):
    def missing(self) -> None: ...


class Server:
    def send(self, text):
        return None

    def close(self):
        return None


class Pipe:
    """It cannot be closed."""

    def send(self, text):
        return None


class Double(Server):
    """Nothing makes one."""

    def send(self, text):
        return None


def declared(mailer: Mailer):
    mailer.send("")
    Pipe()
    Server()


def nobody(other: Unknown):
    other.missing()


def tested():
    checked(Server())
    checked(Pipe())


def checked(value):
    if isinstance(value, Mailer):
        value.close()
    else:
        value.send("")
