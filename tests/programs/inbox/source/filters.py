def spam(words, event):
    return any(word in event.text.lower() for word in words)


def long(limit, event):
    return len(event.text) > limit


def keep(event):
    return False


def never(event):
    return True


def check():
    assert never(None)


if __name__ == "__main__":
    check()
