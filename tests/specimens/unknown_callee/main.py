def run(action):
    return action()
