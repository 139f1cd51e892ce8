"""Entries, in a database."""

import sqlite3


class Store:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("CREATE TABLE IF NOT EXISTS entry (title, link, feed)")

    def add(self, entries):
        self.db.executemany("INSERT INTO entry (title, link) VALUES (?, ?)", entries)
        self.db.commit()

    def rows(self):
        return self.db.execute("SELECT title, link, feed FROM entry").fetchall()

    def close(self):
        self.db.close()
