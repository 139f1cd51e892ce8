PARTS = ["1", "x", "1 + 1", "1 or 2", "-1", "double(1)", "let y = 1 in y"]
PLACES = ["{}", "({}) + 1", "({}) or 1", "0 or ({})", "-({})", "double({})", "let z = ({}) in z", "let z = 1 in {}"]
TEXTS = [place.format(part) for place in PLACES for part in PARTS]
OTHERS = """(3m - 1m) ^ 2
2 * x
1m + 2s
max(1, 2, 0) >= 2
total(1, 2) = 3
twice_double(pi)
twice_max(1)
twice_total(1)
twice_twice_double(1)
twice_none(1)
nothing
let y = 2 in y < dozen
let
1 2 ?
2m < 1m
max(1s, 1m)""".splitlines()


def runs(load, folder):
    for text in TEXTS + OTHERS:
        yield lambda text=text: load("calc.api").evaluate(text, x=3)
    yield lambda: load("calc.api").evaluate("1", **{"x y": 1})

    def session():
        run = load("calc.api").Session().run
        run("x := 2")
        for text in [*TEXTS, "missing", "x"]:
            run(text)

    yield session
