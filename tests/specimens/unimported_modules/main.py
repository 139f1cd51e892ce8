import pipelines


def main():
    session = pipelines.Session("here")
    session.run()
