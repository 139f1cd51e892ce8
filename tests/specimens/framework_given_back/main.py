"""What a method gives back to the framework that calls it is used by that: the protocol that a factory builds."""

from twisted.internet import protocol
from twisted.internet.task import react
from twisted.protocols.basic import LineReceiver


class Line(LineReceiver):
    def connectionMade(self): ...

    def lineReceived(self, line): ...

    def helper(self): ...


class Lines(protocol.ServerFactory):
    def buildProtocol(self, address):
        return Line()


def serve(reactor):
    reactor.listenTCP(0, Lines())


def main():
    react(serve)
