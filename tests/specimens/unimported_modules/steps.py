from pipelines import Step


class Count(Step):
    def work(self):
        return 1


def clean():
    return 1


def unused():
    return 2
