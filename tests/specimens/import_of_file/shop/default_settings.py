def set_keys():
    pass
