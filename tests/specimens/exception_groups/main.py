class Failed(Exception):
    def __str__(self):
        return "failed"

    def retry(self):
        return 1


def work():
    raise ExceptionGroup("all", [Failed()])


def run():
    try:
        work()
    except* Failed as group:
        for error in group.exceptions:
            error.retry()
            print(error)


run()
