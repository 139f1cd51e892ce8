class Handle:
    def use(self):
        return 1


class Lock:
    def __enter__(self):
        return Handle()

    def __exit__(self, *error):
        return None


with Lock() as handle:
    handle.use()
