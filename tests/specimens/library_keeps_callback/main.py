import unknown_bus


class Orders:
    def on_order(self, event):
        pass

    def on_refund(self, event):
        pass


def shipped(event):
    pass


def logged(event):
    pass


def start():
    orders = Orders()
    bus = unknown_bus.connect()
    bus.subscribe("order", orders.on_order)
    bus.subscribe("shipped", shipped)
    bus.configure(on_log=logged)
    logged("started")
