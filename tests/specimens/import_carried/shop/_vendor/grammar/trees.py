def leaf(text):
    return [text]
