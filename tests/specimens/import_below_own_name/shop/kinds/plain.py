def made():
    return 1
