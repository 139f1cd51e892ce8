def process(name):
    return {"name": name}
