def known():
    return 1


def run(text):
    return eval(text)


eval("known()")
run(input())
