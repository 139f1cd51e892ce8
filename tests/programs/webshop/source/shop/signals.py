class Signal:
    def __init__(self, name):
        self.name = name
        self.receivers = []

    def connect(self, receiver=None, *, first=False):
        if receiver is None:
            return lambda function: self.connect(function, first=first)
        self.receivers.insert(0 if first else len(self.receivers), receiver)
        return receiver

    def send(self, sender, **values):
        return [receiver(sender, **values) for receiver in self.receivers]


request_finished = Signal("request-finished")
request_failed = Signal("request-failed")
stock_changed = Signal("stock-changed")
