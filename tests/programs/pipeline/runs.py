import json


def runs(load, folder):
    page = [{"key": "a", "n": "3", "name": "x"}, {"n": "4"}, {"key": "b", "name": ""}, {"key": "c", "n": 0}, {"key": "d", "n": ""}]
    (folder / "a1.json").write_text(json.dumps(page))
    (folder / "a2.json").write_text(json.dumps(page * 2))
    yield lambda: load("pipeline.main").run(str(folder), ["a", "b"])
    yield lambda: load("pipeline.main").run(str(folder), ["a"], folder / "out.txt")
    yield lambda: load("pipeline.main").run_once(str(folder), "a1.json")
