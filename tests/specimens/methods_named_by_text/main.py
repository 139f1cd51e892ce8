import machines


class Press:
    states = ["idle", "busy"]

    def __init__(self):
        self.machine = machines.Machine(self, self.states, before="prepare")

    def prepare(self):
        return 1

    def on_enter_busy(self):
        return 2

    def on_other(self):
        return 3

    def unused(self):
        return 4


Press()
