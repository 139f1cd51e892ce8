def clean(settings):
    open("a")
