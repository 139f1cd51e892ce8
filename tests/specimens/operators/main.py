class Money:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return self

    def __radd__(self, other):
        return self

    def __eq__(self, other):
        return True

    def __neg__(self):
        return self

    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        self.n = value

    def __contains__(self, key):
        return True

    def __bool__(self):
        return True

    def __str__(self):
        return ""

    def __call__(self):
        return self.n


money = Money(1)
money + 1
1 + money
money == 2
-money
money[0]
money[0] = 1
0 in money
if money:
    pass
f"{money}"
money()
