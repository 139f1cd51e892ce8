import io
import json
import pickle


class State:
    def __getstate__(self):
        return {}

    def other(self):
        return 1


class Pairs(dict):
    def items(self):
        return []


class Row:
    def use(self):
        return 1


def hook(found):
    return Row()


def unused(found):
    return Row()


def pickled(state):
    return pickle.dumps(state)


def pickled_to(state, file):
    pickle.dump(state, file)


def dumped(pairs):
    return json.dumps(pairs)


def dumped_to(pairs, file):
    json.dump(pairs, file)


def loaded(text):
    json.loads(text, object_hook=hook).use()


def loaded_from(file):
    json.load(file, object_hook=hook).use()


pickled(State())
pickled_to(State(), io.BytesIO())
dumped(Pairs(a=1))
dumped_to(Pairs(a=1), io.StringIO())
loaded('{"a": 1}')
loaded_from(io.StringIO('{"a": 1}'))
