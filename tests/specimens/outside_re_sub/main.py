import re


def replace(match):
    return match.group(0)


re.sub("a", replace, "abc")
