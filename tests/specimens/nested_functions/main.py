def outer():
    def inner():
        def deep():
            return 1

        return deep()

    return inner()


outer()
