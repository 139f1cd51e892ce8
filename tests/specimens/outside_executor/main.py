from concurrent.futures import ThreadPoolExecutor


class Row:
    def show(self):
        return 1


def work():
    return Row()


with ThreadPoolExecutor(1) as executor:
    future = executor.submit(work)
    future.result().show()
