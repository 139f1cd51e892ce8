def setup(app):
    app.add(1)
