def by_size(row):
    return len(row)


def by_name(row):
    return row


rows = ["a", "b"]
sorted(rows, key=by_size)
min(rows, key=lambda row: row)
rows.sort(key=by_name)
