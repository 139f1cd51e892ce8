def total():
    return 6
