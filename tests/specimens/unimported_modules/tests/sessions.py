from pipelines import Session


def session_of_a_test():
    Session("there").run()
