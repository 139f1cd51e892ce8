def register(app):
    return 3
