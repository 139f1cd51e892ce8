def total():
    return 5
