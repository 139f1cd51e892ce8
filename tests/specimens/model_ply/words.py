import ply.lex


class Words:
    tokens = ("WORD",)
    t_ignore = " "

    def t_WORD(self, t):
        r"\w+"
        t.value = self.clean(t.value)
        return t

    def t_error(self, t):
        t.lexer.skip(1)

    def clean(self, text):
        return text.lower()

    def build(self):
        self.lexer = ply.lex.lex(module=self)

    def input(self, text):
        self.lexer.input(text)

    def token(self):
        return self.lexer.token()

    def first(self, text):
        self.input(text)
        return self.token()
