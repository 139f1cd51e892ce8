import ast


def seen(name):
    return name


class Visitor(ast.NodeVisitor):
    def visit_Name(self, node):
        return seen(node.id)


Visitor().visit(ast.parse("a"))
