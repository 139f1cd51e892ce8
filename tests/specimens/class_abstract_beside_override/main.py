class Store:
    def read(self, name):
        """Defined below."""
        raise NotImplementedError(name)

    @property
    def size(self):
        raise NotImplementedError

    def close(self):
        raise NotImplementedError


class Files(Store):
    def read(self, name):
        return name

    @property
    def size(self):
        return 1


KINDS = {"any": Store, "files": Files}


def run(kind):
    store = KINDS[kind]()
    store.read(kind)
    store.size
    store.close()


run(input())
