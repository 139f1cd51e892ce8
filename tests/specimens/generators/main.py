class Job:
    def run(self):
        return 1


def make():
    return Job()


def jobs():
    yield make()


for job in jobs():
    job.run()
