import pipelines


def register(app):
    return pipelines


if __name__ == "__main__":
    register(None)
