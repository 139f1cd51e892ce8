def work():
    return 1


def first():
    return 2


class Event:
    def __init__(self, action):
        self.action = action


def handle(event):
    match event:
        case Event(action=run):
            return run()
        case [head, *_]:
            return head()


handle(Event(work))
handle([first, 1])
