import somewhere


class Listener:
    def notify(self):
        return helper()

    def __len__(self):
        return 0


def helper():
    return 1


def hook():
    return helper()


listener = Listener()


def first():
    somewhere.send(listener, hook)


def second():
    somewhere.offer([listener])


def third():
    return listener.notify


def known():
    return len([third])


first()
second()
known()
