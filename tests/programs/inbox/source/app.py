import contextlib
from functools import partial

from bus import Bus
from mailbox_store import Mailbox

RULES = {"spam": ["free", "win"], "long": 40}


class Counter:
    def __init__(self, bus):
        self.seen = {}
        for topic in ("mail", "spam"):
            bus.subscribe(topic, partial(self.count, topic))

    def count(self, topic, event):
        self.seen[topic] = self.seen.get(topic, 0) + 1

    def total(self):
        return sum(self.seen.values())


def make_filter(name):
    import filters

    known = {"spam": partial(filters.spam, RULES["spam"]), "long": partial(filters.long, RULES["long"])}
    return known.get(name, filters.keep)


def log(event, lines):
    lines.append(f"{event.topic} from {event.sender}")


def serve(owners, messages, rule="spam"):
    bus, lines = Bus(), []
    counter = Counter(bus)
    bus.subscribe("mail", lambda event: log(event, lines))
    bus.subscribe("mail", print) if rule == "debug" else None
    is_spam = make_filter(rule)
    with contextlib.ExitStack() as stack:
        boxes = [stack.enter_context(Mailbox(owner, bus)) for owner in owners]
        stack.callback(lines.append, "closed")
        for to, sender, text in messages:
            event = bus.publish("mail", to=to, sender=sender, text=text)
            if is_spam(event):
                bus.publish("spam", sender=sender)
            elif not event.results:
                lines.append(returned(event))
        lines += [f"{mail:short}" for box in boxes for mail in box if len(mail)]
    return lines, counter.total(), len(bus)


def returned(event):
    return f"returned to {event.sender}"


def digest(owner, texts):
    bus = Bus()
    box = Mailbox(owner, bus)
    for text in texts:
        bus.publish("mail", to=owner, sender="me", text=text)
    longest = max(box, key=len, default=None)
    return "" if longest is None else f"{longest}"
