"""The storage of optuna for real, on SQLite in memory with a few studies: the statements and commits of each method, by
events of SQLAlchemy, and the files that are opened but modules, as JSON. Runs in the environment of the application.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module

from benchmarks.queries_opened import opening

STUDIES, TRIALS = 3, 5
ROUNDS = {"study": STUDIES, "trial": TRIALS}
"""How many rows there are, by what loops are named for."""


def main() -> None:
    """The counts of all methods."""
    optuna = import_module("optuna")
    event = import_module("sqlalchemy").event
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = optuna.storages.RDBStorage("sqlite://")
    for number in range(STUDIES):
        study = optuna.create_study(storage=storage, study_name=f"study{number}")
        study.set_user_attr("owner", "a")
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=TRIALS)
    float_ = optuna.distributions.FloatDistribution(0, 1)
    direction = [optuna.study.StudyDirection.MINIMIZE]
    running = storage.create_new_trial(1)
    methods: dict[str, Callable[[], object]] = {
        "list studies": storage.get_all_studies,
        "create a study": lambda: storage.create_new_study(direction, "new"),
        "find a study": lambda: storage.get_study_id_from_name("study1"),
        "attributes of a study": lambda: storage.get_study_user_attrs(1),
        "create a trial": lambda: storage.create_new_trial(1),
        "a trial": lambda: storage.get_trial(1),
        "all trials": lambda: storage.get_all_trials(1),
        "the best trial": lambda: storage.get_best_trial(1),
        "set a parameter": lambda: storage.set_trial_param(running, "x", 0.5, float_),
        "set a value": lambda: storage.set_trial_intermediate_value(running, 1, 0.5),
    }
    done: list[str] = []
    event.listen(storage.engine, "before_cursor_execute", lambda *given: done.append(str(given[2])))
    event.listen(storage.engine, "commit", lambda _: done.append("commit"))
    found: dict[str, dict[str, object]] = {}
    opened = opening()
    for name, method in methods.items():
        done.clear()
        opened.clear()
        method()
        by = [statement.split()[0] for statement in done]
        found[name] = {"queries": len(done), "by": by, "opened": list(opened)}
    print(json.dumps({"rounds": ROUNDS, "views": found}))


if __name__ == "__main__":
    main()
