from lib.forms import Form, FormView


class Search(Form):
    def rows(self):
        return []


class View(FormView):
    form_class = Search

    def get(self):
        form = self.get_form()
        form.rows()
        form.check()


def f():
    View().get()
    Search().rows()
