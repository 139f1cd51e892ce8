import heapq


class Old:
    def __lt__(self, other):
        return True

    def use(self):
        return 1


class New:
    def __lt__(self, other):
        return False

    def use(self):
        return 2


class Other:
    def __lt__(self, other):
        return True

    def use(self):
        return 3


def push(heap):
    heapq.heappush(heap, New())


def pop(heap):
    heapq.heappop(heap).use()


def push_and_pop(heap):
    heapq.heappushpop(heap, Old()).use()


def replace(heap):
    heapq.heapreplace(heap, Old()).use()


push([Old()])
pop([Old(), Old(), Old()])
push_and_pop([Old(), Old(), Old()])
replace([Old(), Old(), Old()])
Other()
