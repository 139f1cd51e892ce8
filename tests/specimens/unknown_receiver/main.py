def run(thing):
    return thing.no_class_has_this()
