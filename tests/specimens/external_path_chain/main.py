from pathlib import Path


def read(folder):
    text = Path(folder).parent.joinpath("a", "b").read_text()
    with (Path(folder) / "c").open() as file:
        file.read()
    return text.splitlines()
