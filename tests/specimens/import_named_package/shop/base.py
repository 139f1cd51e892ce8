class Command:
    def run(self):
        raise NotImplementedError
