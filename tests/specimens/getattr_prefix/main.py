class Visitor:
    def visit(self, kind):
        return getattr(self, "visit_" + kind)()

    def visit_name(self):
        return 1

    def visit_call(self):
        return 2

    def other(self):
        return 3


Visitor().visit(input())
