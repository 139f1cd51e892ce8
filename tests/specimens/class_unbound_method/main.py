class Base:
    def run(self):
        return 0


class Child(Base):
    def run(self):
        return Base.run(self)


Child().run()
