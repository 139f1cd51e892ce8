def connect():
    return 2
