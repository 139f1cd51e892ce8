TEXT = """
import os, sys
from a import b  # lint: complexity=0
# lint: length=ten
try:
    b.c
except:
    BaseException
def f(x):
    for i in x:
        if i: (lambda: 1)()
        for j in i: lambda: 2
    if x:
        for k in x: pass
        if x: lambda: 3
    return lambda: 4
"""


def runs(load, folder):
    (folder / "sub").mkdir()
    (folder / "sub" / "a.py").write_text(TEXT)
    for reporter in ("text", "color", "json", "none"):
        yield lambda reporter=reporter: load("lint.main").check_files(str(folder), reporter)
    yield lambda: load("lint.main").check_text(TEXT, ["E2"])
    yield lambda: load("lint.main").check_text(TEXT, [])
