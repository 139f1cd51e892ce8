def made():
    return 2
