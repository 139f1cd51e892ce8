import jinja2


class Author:
    @property
    def name(self):
        return "a"

    def delete(self):
        return None


class Page:
    def __init__(self, author):
        self.author = author

    @property
    def url(self):
        return "/"


def shout(text):
    return text


def unused(text):
    return text


def render(page):
    env = jinja2.Environment()
    env.filters["shout"] = shout
    template = env.get_template("page.html")
    return template.render(page=page)


render(Page(Author()))
