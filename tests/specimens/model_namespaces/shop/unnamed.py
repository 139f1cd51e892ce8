def total():
    return 4
