from typing import dataclass_transform


@dataclass_transform(kw_only_default=True)
class Base:
    def run(self):
        return self.work()

    def work(self):
        raise NotImplementedError


class Job(Base):
    def work(self):
        return 1


Job().run()
