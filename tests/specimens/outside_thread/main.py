import threading


def task():
    return 1


def work(f):
    return f()


def start():
    thread = threading.Thread(target=work, args=(task,))
    thread.start()
    thread.join()


start()
