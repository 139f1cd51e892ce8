import inspect
import weakref
from collections import defaultdict
from functools import partial


class Bus:
    """Keeps bound methods weakly, and functions for good."""

    def __init__(self):
        self._listeners = defaultdict(list)
        self._history = []

    def subscribe(self, topic, callback):
        if inspect.ismethod(callback):
            self._listeners[topic].append(weakref.WeakMethod(callback))
        else:
            self._listeners[topic].append(lambda: callback)
        return partial(self.unsubscribe, topic, callback)

    def unsubscribe(self, topic, callback):
        self._listeners[topic] = [ref for ref in self._listeners[topic] if ref() != callback]

    def publish(self, topic, **payload):
        event = Event(topic, payload)
        self._history.append(event)
        for callback in self.alive(topic):
            callback(event)
        return event

    def alive(self, topic):
        for ref in list(self._listeners[topic]):
            callback = ref()
            if callback is None:
                self._listeners[topic].remove(ref)
            else:
                yield callback

    def __len__(self):
        return len(self._history)


class Event:
    def __init__(self, topic, payload):
        self.topic = topic
        self.payload = payload
        self.results = []

    def __getattr__(self, name):
        try:
            return self.payload[name]
        except KeyError:
            raise AttributeError(name) from None

    def answer(self, value):
        self.results.append(value)


class RemoteBus(Bus):
    """For several machines; nothing makes one."""

    def publish(self, topic, **payload):
        return self.send(topic, payload)

    def send(self, topic, payload):
        raise NotImplementedError
