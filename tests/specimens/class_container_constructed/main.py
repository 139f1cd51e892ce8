from collections import UserDict, UserList, defaultdict


class Table(dict):
    pass


class Settings(UserDict):
    def __init__(self, rows, **more):
        super().__init__(rows, **more)


class Steps(UserList):
    pass


class Counts(defaultdict):
    pass


class Job:
    def run(self):
        pass

    def stop(self):
        pass

    def wait(self):
        pass

    def count(self):
        pass


class Other:
    def run(self):
        pass


def main():
    table = Table({"job": Job(), "other": Other()})
    table["job"].run()
    for job in Settings({"a": Job()}, b=Job()).values():
        job.stop()
    Steps([Job()])[0].wait()
    Counts(Job, {"a": Job()})["a"].count()
