import heapq


class Old:
    def __lt__(self, other):
        return True


class New:
    def __lt__(self, other):
        return False


def push_and_pop(heap):
    heapq.heappushpop(heap, New())


def replace(heap):
    heapq.heapreplace(heap, New())


push_and_pop([Old(), Old(), Old()])
replace([Old(), Old(), Old()])
