class Job:
    def run(self):
        return 1

    def stop(self):
        return 2


def late():
    return 3


getattr(Job(), "run")()
getattr(Job(), "missing", late)()
