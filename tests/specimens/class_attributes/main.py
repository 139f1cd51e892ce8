class Template:
    def __init__(self):
        self.text = ""

    def fill(self):
        return self.text


class View:
    template_class = Template

    def render(self):
        return self.template_class().fill()


View().render()
