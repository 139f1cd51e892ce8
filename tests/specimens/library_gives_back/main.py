import stacks

contexts = stacks.Stack()
orders = stacks.Queue()


class Context:
    def show(self):
        return 1


class Order:
    def show(self):
        return 2


def main():
    contexts.push(Context())
    orders.put(Order())
    contexts.top.show()
    orders.get().show()
    contexts.pop().show()
