def show(row):
    return row


def visit(rows, action):
    for row in rows:
        action(row)


visit([1], show)
