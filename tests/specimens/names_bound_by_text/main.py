import tools
from tools import shown


def f():
    tools.load()
    tools.Store().save()
    shown()


f()
