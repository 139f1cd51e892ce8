def as_text():
    return ""


def as_json():
    return "{}"


FORMATS = {"text": as_text, "json": as_json}


def untyped(form="text"):
    return FORMATS[form]()


def typed(form: str = "text"):
    return FORMATS.get(form, as_text)()


def within():
    return inner()


def inner(form="text"):
    return FORMATS[form]()
