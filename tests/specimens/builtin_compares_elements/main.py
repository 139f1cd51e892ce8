import json


class Point:
    def __eq__(self, other):
        return True


class Other:
    def __eq__(self, other):
        return True


class Pairs(dict):
    def items(self):
        return []


def find(points):
    return points.index(1)


def save():
    return json.dumps(Pairs())


def load(text):
    return json.dumps(json.loads(text, object_pairs_hook=Pairs))


Other()
find([Point()])
save()
load(input())
