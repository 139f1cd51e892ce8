from plugins.base import Base


class Plugin(Base):
    def work(self):
        pass
