import json
import re
import sqlite3

AMOUNT = re.compile(r"(\d+)[.,](\d\d)")
INSERT = "insert into sales (shop, product, amount) values (?, ?, ?)"


def parse_amount(text):
    found = AMOUNT.match(text)
    return int(found[1]) * 100 + int(found[2])


def rows_of(path):
    for row in json.loads(path.read_text()):
        yield path.stem, row["product"], parse_amount(row["amount"])


def load_folder(config, folder):
    connection = sqlite3.connect(config.base / "sales.db")
    with connection:
        for path in sorted(folder.glob("*.json")):
            connection.executemany(INSERT, rows_of(path))
    connection.close()
    return 0
