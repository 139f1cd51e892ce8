class Machine:
    def enter(self, state):
        hook = getattr(self, f"on_{state}", None)
        if hook:
            hook()

    def step(self, number: int):
        return getattr(self, f"step_{number}_{self.kind()}")()

    def kind(self):
        return "fast"

    def on_draft(self):
        return 1

    def on_published(self):
        return 2

    def on_failed(self):
        """No state is called so."""

    def step_1_fast(self):
        return 3

    def step_2_slow(self):
        return 4


def known():
    Machine().enter("draft")
    Machine().enter("published")


def numbered():
    Machine().step(1)


class Open:
    def enter(self, state):
        return getattr(self, f"on_{state}")()

    def on_anything(self):
        return 5

    def off(self):
        return 6


def unknown(state):
    Open().enter(state)
