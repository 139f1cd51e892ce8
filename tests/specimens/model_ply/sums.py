from ply import lex, yacc

tokens = ("NUMBER", "PLUS")


class Number:
    def __init__(self, text):
        self.text = text

    def total(self):
        return int(self.text)


class Sum:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def total(self):
        return self.left.total() + self.right.total()


def t_NUMBER(t):
    r"\d+"
    return t


def p_all(p):
    "all : sum"
    p[0] = [p[1]]


def p_sum(p):
    "sum : sum PLUS NUMBER"
    p[0] = Sum(p[1], Number(p[3]))


def p_error(p):
    raise SyntaxError(p)


lexer = lex.lex()
parser = yacc.yacc()


def read(text, words):
    return parser.parse(text, lexer=words)


def again(text):
    return parser.parse(text, lexer=lexer)
