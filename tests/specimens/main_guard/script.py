def work():
    return 1


def idle():
    return 2


if __name__ == "__main__":
    work()
else:
    idle()
