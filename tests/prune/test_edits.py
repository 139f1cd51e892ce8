"""The edits: what a file becomes, to the byte, and where an edit takes a person."""

from __future__ import annotations

import codecs
import sys
from textwrap import dedent

import pytest

from code_path_audit.prune.edits import Refused, Wanted, edited

# before, what is wanted, after

EDITED = {
    "hoist: comments and formatting stay": (
        """\
        def f(text, rows):
            # every row
            for row in rows:  # of all
                use( json.loads(text),row )
        """,
        Wanted("hoist", ((4, 13, "loads"),), 3, "m.f"),
        """\
        def f(text, rows):
            # every row
            loads_result = json.loads(text)
            for row in rows:  # of all
                use( loads_result,row )
        """,
    ),
    "hoist: out of two loops, with a name that is free, after text that is no ASCII": (
        """\
        def f(text, rows):
            loads_result = 1
            for row in rows:
                for part in row:
                    x = "ä", json.loads(text)
        """,
        Wanted("hoist", ((5, 22, "loads"),), 3, "m.f"),
        """\
        def f(text, rows):
            loads_result = 1
            loads_result_ = json.loads(text)
            for row in rows:
                for part in row:
                    x = "ä", loads_result_
        """,
    ),
    "hoist: the statement that gives a variable its only value": (
        """\
        def f(text, rows):
            for row in rows:
                # all prices
                prices = json.loads(text)
                use(prices, row)
        """,
        Wanted("hoist", ((4, 17, "loads"),), 2, "m.f"),
        """\
        def f(text, rows):
            # all prices
            prices = json.loads(text)
            for row in rows:
                use(prices, row)
        """,
    ),
    "hoist: a variable that has other values keeps them": (
        """\
        def f(text, rows, prices):
            for row in rows:
                prices = json.loads(text)
                use(prices, row)
        """,
        Wanted("hoist", ((3, 17, "loads"),), 2, "m.f"),
        """\
        def f(text, rows, prices):
            loads_result = json.loads(text)
            for row in rows:
                prices = loads_result
                use(prices, row)
        """,
    ),
    "hoist: in the first round that needs it": (
        """\
        def f(text, rows):
            for row in rows:
                if row:
                    # its price
                    use(json.loads(text)[row])
        """,
        Wanted("hoist", ((5, 16, "loads"),), 2, "m.f", "first"),
        """\
        def f(text, rows):
            loads_result = None
            for row in rows:
                if row:
                    # its price
                    if loads_result is None:
                        loads_result = json.loads(text)
                    use(loads_result[row])
        """,
    ),
    "commit": (
        """\
        def f(rows):
            for row in rows:
                db.execute(row)
                # make it last
                db.commit()
            return 1
        """,
        Wanted("commit", ((5, 8, "commit"),), 2, "m.f"),
        """\
        def f(rows):
            for row in rows:
                db.execute(row)
            # make it last
            db.commit()
            return 1
        """,
    ),
    "cache": (
        """\
        import json


        def rates():
            "All rates."
            with open("a") as stream:
                return json.load(stream)
        """,
        Wanted("cache", ((7, 15, "load"),), 0, "m.rates"),
        """\
        import json
        import functools


        @functools.cache
        def rates():
            "All rates."
            with open("a") as stream:
                return json.load(stream)
        """,
    ),
    "copy: by get": (
        "x = deepcopy(T).get(key, None)\n",
        Wanted("copy", ((1, 4, "deepcopy"),), 0, "m", "element"),
        "x = deepcopy(T.get(key, None))\n",
    ),
    "copy: by key": (
        "x = copy.deepcopy(T)[key]\n",
        Wanted("copy", ((1, 4, "deepcopy"),), 0, "m", "element"),
        "x = copy.deepcopy(T[key])\n",
    ),
    "count": (
        "if orders.count() == 0:\n    pass\n",
        Wanted("keep", ((1, 3, "count"),), 0, "m"),
        "if len(orders) == 0:\n    pass\n",
    ),
    "copy: by a variable": (
        "x = copy.deepcopy(T)\nprint(x.get(key))\n",
        Wanted("copy", ((1, 4, "deepcopy"),), 0, "m", "element"),
        "x = T\nprint(copy.deepcopy(x.get(key)))\n",
    ),
    "copy: what is only read": (
        "for row in copy.deepcopy(rows):\n    print(row.name)\n",
        Wanted("copy", ((1, 11, "deepcopy"),), 0, "m"),
        "for row in rows:\n    print(row.name)\n",
    ),
    "hoist: of a list that is made of each element": (
        """\
        def f(text, rows):
            # all of them
            return [use(json.loads(text), row) for row in rows]
        """,
        Wanted("hoist", ((3, 16, "loads"),), 3, "m.f"),
        """\
        def f(text, rows):
            # all of them
            loads_result = json.loads(text)
            return [use(loads_result, row) for row in rows]
        """,
    ),
    "hoist: a block that reads a file": (
        """\
        for row in rows:
            with open("a") as stream:
                table = json.load(stream)
            print(table[row])
        """,
        Wanted("hoist", ((2, 9, "open"),), 1, "m"),
        """\
        with open("a") as stream:
            table = json.load(stream)
        for row in rows:
            print(table[row])
        """,
    ),
    "open: the with around the loop": (
        """\
        # the log
        for row in rows:
            # each
            with open("a", "a") as log:
                log.write(row)
        """,
        Wanted("open", ((4, 9, "open"),), 2, "m"),
        """\
        # the log
        with open("a", "a") as log:
            # each
            for row in rows:
                log.write(row)
        """,
    ),
    "client: the with around the loop": (
        "for row in rows:\n    with httpx.Client() as client:\n        client.post(url, json=row)\n",
        Wanted("client", ((2, 9, "Client"),), 1, "m"),
        "with httpx.Client() as client:\n    for row in rows:\n        client.post(url, json=row)\n",
    ),
    "client: what closes it comes after the loop": (
        """\
        def f(rows):
            for row in rows:
                # a connection
                server = smtplib.SMTP("a")
                server.sendmail("b", row, "c")
                # no more
                server.quit()
        """,
        Wanted("client", ((4, 17, "SMTP"),), 2, "m.f"),
        """\
        def f(rows):
            # a connection
            server = smtplib.SMTP("a")
            for row in rows:
                server.sendmail("b", row, "c")
            # no more
            server.quit()
        """,
    ),
    "client: the with of a part of the loop, around all of it": (
        """\
        async def f(rows):
            # each
            for row in rows:
                row = row[1:]
                try:
                    # by one
                    async with httpx.AsyncClient() as client:
                        # ask
                        found = await client.get(row)
                except httpx.HTTPError:
                    continue
                use(found)
        """,
        Wanted("client", ((7, 23, "AsyncClient"),), 3, "m.f"),
        """\
        async def f(rows):
            # each
            async with httpx.AsyncClient() as client:
                for row in rows:
                    row = row[1:]
                    try:
                        # by one
                        # ask
                        found = await client.get(row)
                    except httpx.HTTPError:
                        continue
                    use(found)
        """,
    ),
    "client: where the module is loaded": (
        """\
        import boto3

        REGION = "eu"


        def f(row):
            client = boto3.client("s3", region_name=REGION)
            client.put_object(Body=row)
        """,
        Wanted("client", ((7, 13, "client"),), 0, "m.f", "module"),
        """\
        import boto3

        REGION = "eu"

        s3_client = boto3.client("s3", region_name=REGION)


        def f(row):
            client = s3_client
            client.put_object(Body=row)
        """,
    ),
    "client: before the loop, by a variable that is called as what makes it": (
        """\
        import boto3

        def f(rows):
            for row in rows:
                client = boto3.client("s3")
                client.upload_file(row, "rows", row)
        """,
        Wanted("client", ((5, 17, "client"),), 4, "m.f"),
        """\
        import boto3

        def f(rows):
            client = boto3.client("s3")
            for row in rows:
                client.upload_file(row, "rows", row)
        """,
    ),
    "client: a helper keeps what it makes": (
        """\
        import requests

        def connected():
            session = requests.Session()
            session.headers["Accept"] = "image/jpeg"
            return session
        """,
        Wanted("client", ((4, 14, "Session"),), 0, "m.main", "cache"),
        """\
        import requests
        import functools

        @functools.cache
        def connected():
            session = requests.Session()
            session.headers["Accept"] = "image/jpeg"
            return session
        """,
    ),
    "client: one session for requests": (
        """\
        import requests

        def f(rows):
            return [requests.get(row, timeout=2) for row in rows]
        """,
        Wanted("client", ((4, 12, "get"),), 0, "m.f", "requests.Session"),
        """\
        import requests

        session = requests.Session()

        def f(rows):
            return [session.get(row, timeout=2) for row in rows]
        """,
    ),
    "client: a session that is there": (
        """\
        import requests

        web = requests.Session()

        def f(row):
            return requests.get(row)
        """,
        Wanted("client", ((6, 11, "get"),), 0, "m.f", "requests.Session"),
        """\
        import requests

        web = requests.Session()

        def f(row):
            return web.get(row)
        """,
    ),
    "commit: of a helper": (
        """\
        def main(users, rows):
            for row in rows:
                # one more
                users.add(row)
            return len(rows)

        class Users:
            def add(self, row):
                self.db.execute("INSERT INTO t VALUES (?)", (row,))
                self.db.commit()
        """,
        Wanted("commit", ((4, 8, "add"), (10, 8, "commit")), 2, "m.Users.add", "users.db.commit()"),
        """\
        def main(users, rows):
            for row in rows:
                # one more
                users.add(row)
            users.db.commit()
            return len(rows)

        class Users:
            def add(self, row):
                self.db.execute("INSERT INTO t VALUES (?)", (row,))
        """,
    ),
    "commit: in a branch": (
        """\
        def f(rows):
            for row in rows:
                if row:
                    db.execute(row)
                    db.commit()
            return 1
        """,
        Wanted("commit", ((5, 12, "commit"),), 2, "m.f"),
        """\
        def f(rows):
            for row in rows:
                if row:
                    db.execute(row)
            db.commit()
            return 1
        """,
    ),
    "cache: of a parameter that is a text": (
        """\
        import json


        def table(kind):
            path = Path("a") / f"{kind}.json"
            with open(path) as stream:
                return json.load(stream)
        """,
        Wanted("cache", ((7, 15, "load"),), 0, "m.table"),
        """\
        import json
        import functools


        @functools.cache
        def table(kind):
            path = Path("a") / f"{kind}.json"
            with open(path) as stream:
                return json.load(stream)
        """,
    ),
    "keep: two sites in one function": (
        """\
        def f(path):
            a = load(path)["a"]
            return a + load(path)["b"]
        """,
        Wanted("keep", ((2, 8, "load"), (3, 15, "load")), 0, "m.load"),
        """\
        def f(path):
            load_result = load(path)
            a = load_result["a"]
            return a + load_result["b"]
        """,
    ),
    "keep: the first has a name": (
        """\
        def f(path):
            config = load(path)
            for row in config.rows:
                show(row, load(path))
        """,
        Wanted("keep", ((2, 13, "load"), (4, 18, "load")), 0, "m.load"),
        """\
        def f(path):
            config = load(path)
            for row in config.rows:
                show(row, config)
        """,
    ),
    "lazy: behind the branch that is left without it": (
        """\
        def f(path, verbose=False):
            # all rows
            rows = load(path)
            print(path)
            if not verbose:
                return  # as ever
            print(rows)
        """,
        Wanted("lazy", ((3, 11, "load"),), 5, "m.f"),
        """\
        def f(path, verbose=False):
            print(path)
            if not verbose:
                return  # as ever
            # all rows
            rows = load(path)
            print(rows)
        """,
    ),
    "lazy: into the branch": (
        """\
        def f(path, more=False):
            # what is there
            found = load(path)
            if more:
                print(found)
        """,
        Wanted("lazy", ((3, 12, "load"),), 4, "m.f"),
        """\
        def f(path, more=False):
            if more:
                # what is there
                found = load(path)
                print(found)
        """,
    ),
    "query: Django": (
        "rows = Order.objects.filter(open=True)\n",
        Wanted("query", ((1, 7, "filter"),), 0, "m", 'select_related("customer")'),
        'rows = Order.objects.filter(open=True).select_related("customer")\n',
    ),
    "query: SQLAlchemy": (
        "from sqlalchemy import select\nfrom models import Order\n\nrows = session.scalars(select(Order))\n",
        Wanted("query", ((4, 23, "select"),), 0, "m", "options(selectinload(Order.customer))"),
        "from sqlalchemy import select\nfrom models import Order\nfrom sqlalchemy.orm import selectinload\n\n"
        "rows = session.scalars(select(Order).options(selectinload(Order.customer)))\n",
    ),
    "query: SQLAlchemy, a statement in a variable": (
        "from sqlalchemy import select\nfrom models import Order\n\nquery = select(Order).limit(9)\n"
        "rows = session.scalars(query).all()\n",
        Wanted("query", ((5, 7, "scalars"),), 0, "m", "options(selectinload(Order.customer))"),
        "from sqlalchemy import select\nfrom models import Order\nfrom sqlalchemy.orm import selectinload\n\n"
        "query = select(Order).limit(9)\n"
        "rows = session.scalars(query.options(selectinload(Order.customer))).all()\n",
    ),
    "gather: a loop": (
        """\
        async def f(skus):
            found = {}
            for sku in skus:
                found[sku] = await price(sku)
            return found
        """,
        Wanted("concurrent", ((4, 27, "price"),), 3, "m.f", "gather"),
        """\
        import asyncio

        async def f(skus):
            found = {}
            rows = list(skus)
            price_results = await asyncio.gather(*(price(sku) for sku in rows))
            for sku, price_result in zip(rows, price_results, strict=True):
                found[sku] = price_result
            return found
        """,
    ),
    "gather: steps": (
        """\
        import asyncio

        async def f(user):
            # all that is shown
            who = await account(user)
            bought = await orders(user)
            return who, bought
        """,
        Wanted("concurrent", ((5, 16, "account"), (6, 19, "orders")), 0, "m.f", "steps"),
        """\
        import asyncio

        async def f(user):
            # all that is shown
            who, bought = await asyncio.gather(account(user), orders(user))
            return who, bought
        """,
    ),
    "threads: below a form feed, where a pool has its name": (
        """\
        import requests
        \f
        def f(rows, pool):
            for row in rows:
                pool.append(("é", requests.get(row)))
        """,
        Wanted("concurrent", ((5, 27, "get"),), 4, "m.f", "threads"),
        """\
        import requests
        from concurrent.futures import ThreadPoolExecutor
        \f
        def f(rows, pool):
            rows_ = list(rows)
            with ThreadPoolExecutor(8) as pool_:
                get_results = list(pool_.map(requests.get, rows_))
            for row, get_result in zip(rows_, get_results, strict=True):
                pool.append(("é", get_result))
        """,
    ),
    "threads: a list": (
        """\
        def f(skus):
            return {sku: price(sku) for sku in skus}
        """,
        Wanted("concurrent", ((2, 17, "price"),), 2, "m.f", "threads"),
        """\
        from concurrent.futures import ThreadPoolExecutor

        def f(skus):
            rows = list(skus)
            with ThreadPoolExecutor(8) as pool:
                price_results = list(pool.map(price, rows))
            return {sku: price_result for sku, price_result in zip(rows, price_results, strict=True)}
        """,
    ),
    "threads: a call of more than the element": (
        """\
        def f(rows):
            for row in rows:
                answer = requests.get(f"{URL}/{row.id}", timeout=2)
                row.price = answer.json()
        """,
        Wanted("concurrent", ((3, 17, "get"),), 2, "m.f", "threads"),
        """\
        from concurrent.futures import ThreadPoolExecutor

        def f(rows):
            rows_ = list(rows)
            with ThreadPoolExecutor(8) as pool:
                get_results = list(pool.map(lambda row: requests.get(f"{URL}/{row.id}", timeout=2), rows_))
            for row, get_result in zip(rows_, get_results, strict=True):
                answer = get_result
                row.price = answer.json()
        """,
    ),
    "keep: a global, which what stands in between may change": (
        "def f(a):\n    global x\n    x = load(a)\n    other()\n    y = load(a)\n",
        Wanted("keep", ((3, 8, "load"), (5, 8, "load")), 0, "m.load"),
        "def f(a):\n    global x\n    load_result = load(a)\n    x = load_result\n    other()\n    y = load_result\n",
    ),
    "hoist: into a parameter, which has a value where there is no row": (
        "def f(rows, *, x=None):\n    for row in rows:\n        x = load()\n        use(x, row)\n    return x\n",
        Wanted("hoist", ((3, 12, "load"),), 2, "m.f"),
        "def f(rows, *, x=None):\n    load_result = load()\n    for row in rows:\n        x = load_result\n"
        "        use(x, row)\n    return x\n",
    ),
    "keep: a variable that is bound again, by an annotation and by a star": (
        "def f(a):\n    x = load(a)\n    x: int = 1\n    *x, z = a\n    y = load(a)\n",
        Wanted("keep", ((2, 8, "load"), (5, 8, "load")), 0, "m.load"),
        "def f(a):\n    load_result = load(a)\n    x = load_result\n    x: int = 1\n    *x, z = a\n"
        "    y = load_result\n",
    ),
    "hoist: a walrus keeps its name": (
        """\
        def f(text, rows):
            for row in rows:
                if (data := json.loads(text)) and row:
                    use(data, row)
        """,
        Wanted("hoist", ((3, 20, "loads"),), 2, "m.f"),
        """\
        def f(text, rows):
            loads_result = json.loads(text)
            for row in rows:
                if (data := loads_result) and row:
                    use(data, row)
        """,
    ),
    "hoist: in a case of a match, in the first round that needs it": (
        """\
        def f(text, rows):
            for row in rows:
                match row:  # what it is
                    case {"a": a}:
                        use(json.loads(text), a)
                    case _ : pass
        """,
        Wanted("hoist", ((5, 20, "loads"),), 2, "m.f", "first"),
        """\
        def f(text, rows):
            loads_result = None
            for row in rows:
                match row:  # what it is
                    case {"a": a}:
                        if loads_result is None:
                            loads_result = json.loads(text)
                        use(loads_result, a)
                    case _ : pass
        """,
    ),
    "hoist: a variable that a pattern, an import, a def or a del has too keeps its values": (
        "def f(text, rows):\n    for row in rows:\n        x = json.loads(text)\n        match row:\n"
        "            case [x, *_]: pass\n        use(x)\n",
        Wanted("hoist", ((3, 12, "loads"),), 2, "m.f"),
        "def f(text, rows):\n    loads_result = json.loads(text)\n    for row in rows:\n        x = loads_result\n"
        "        match row:\n            case [x, *_]: pass\n        use(x)\n",
    ),
    "hoist: out of a nested function with a decorator": (
        """\
        def f(text, rows):
            @ kept  # by its name
            def g():
                for row in rows:
                    use(json.loads(text), row)
            return g
        """,
        Wanted("hoist", ((5, 16, "loads"),), 4, "m.f.g"),
        """\
        def f(text, rows):
            @ kept  # by its name
            def g():
                loads_result = json.loads(text)
                for row in rows:
                    use(loads_result, row)
            return g
        """,
    ),
    "hoist: between semicolons": (
        "for row in rows:\n    a = 1; x = json.loads(text); use(x, row)\n",
        Wanted("hoist", ((2, 15, "loads"),), 1, "m"),
        "loads_result = json.loads(text)\nfor row in rows:\n    a = 1; x = loads_result; use(x, row)\n",
    ),
    "hoist: of a loop in one line": (
        "for row in rows: x = json.loads(text); use(x, row)\n",
        Wanted("hoist", ((1, 21, "loads"),), 1, "m"),
        "loads_result = json.loads(text)\nfor row in rows: x = loads_result; use(x, row)\n",
    ),
    "hoist: of lines that go on": (
        "for row in rows:\n    use(\n        json.loads(  # all\n            text,\n        ),\n        row,\n    )\n",
        Wanted("hoist", ((3, 8, "loads"),), 1, "m"),
        "loads_result = json.loads(  # all\n        text,\n    )\nfor row in rows:\n    use(\n"
        "        loads_result,\n        row,\n    )\n",
    ),
    "hoist: of an f-string": (
        "for row in rows:\n    print(f'{json.loads(text)[\"a\"]!r:>{row}} {row=}')\n",
        Wanted("hoist", ((2, 13, "loads"),), 1, "m"),
        "loads_result = json.loads(text)\nfor row in rows:\n    print(f'{loads_result[\"a\"]!r:>{row}} {row=}')\n",
    ),
    "hoist: indented by tabs": (
        "def f(text, rows):\n\tfor row in rows:\n\t\tif row:\n\t\t\tuse(json.loads(text),\trow)\n",
        Wanted("hoist", ((4, 7, "loads"),), 2, "m.f", "first"),
        "def f(text, rows):\n\tloads_result = None\n\tfor row in rows:\n\t\tif row:\n"
        "\t\t\tif loads_result is None:\n\t\t\t\tloads_result = json.loads(text)\n"
        "\t\t\tuse(loads_result,\trow)\n",
    ),
    "threads: indented by tabs": (
        "def f(rows):\n\tfor row in rows:\n\t\tuse(row, requests.get(row))\n",
        Wanted("concurrent", ((3, 11, "get"),), 2, "m.f", "threads"),
        "from concurrent.futures import ThreadPoolExecutor\n\ndef f(rows):\n\trows_ = list(rows)\n"
        "\twith ThreadPoolExecutor(8) as pool:\n\t\tget_results = list(pool.map(requests.get, rows_))\n"
        "\tfor row, get_result in zip(rows_, get_results, strict=True):\n\t\tuse(row, get_result)\n",
    ),
    "parser: a loader that is named": (
        "data = yaml.load(text, Loader=yaml.SafeLoader)\n",
        Wanted("parser", ((1, 7, "load"),), 0, "m"),
        "data = yaml.load(text, Loader=yaml.CSafeLoader)\n",
    ),
    "parser": (
        "data = yaml.safe_load(text)  # all\n",
        Wanted("parser", ((1, 7, "safe_load"),), 0, "m"),
        "data = yaml.load(text, Loader=yaml.CSafeLoader)  # all\n",
    ),
}

# before, what is wanted

REFUSED = {
    "hoist: a part of the statement runs without it": (
        "def f(text, rows):\n    for row in rows:\n        if row:\n            use(row and json.loads(text))\n",
        Wanted("hoist", ((4, 24, "loads"),), 2, "m.f", "first"),
    ),
    "hoist: a variable of the loop": (
        "for row in rows:\n    more = row\n    json.loads(more)\n",
        Wanted("hoist", ((3, 4, "loads"),), 1, "m"),
    ),
    "hoist: a block that uses what is opened": (
        "for row in rows:\n    with open(a) as f:\n        f.read()\n",
        Wanted("hoist", ((2, 9, "open"),), 1, "m"),
    ),
    "another line": ("json.loads(a)\n", Wanted("hoist", ((1, 3, "loads"),), 1, "m")),
    "no loop there": ("json.loads(a)\n", Wanted("hoist", ((1, 0, "loads"),), 1, "m")),
    "commit: a helper that does nothing else": (
        "def f(db):\n    db.commit()\nfor row in rows:\n    f(db)\n",
        Wanted("commit", ((2, 4, "commit"), (4, 4, "f")), 3, "m.f", "db.commit()"),
    ),
    "commit: alone in a branch": (
        "for row in rows:\n    use(row)\n    if row:\n        db.commit()\n",
        Wanted("commit", ((4, 8, "commit"),), 1, "m"),
    ),
    "commit: below a try": (
        "for row in rows:\n    try:\n        use(row)\n        db.commit()\n    except E:\n        pass\n",
        Wanted("commit", ((4, 8, "commit"),), 1, "m"),
    ),
    "open: the loop does more": (
        "for row in rows:\n    print(row)\n    with open(a, 'a') as f:\n        f.write(row)\n",
        Wanted("open", ((3, 9, "open"),), 1, "m"),
    ),
    "open: the path is made of the element": (
        "for row in rows:\n    with open(row, 'a') as f:\n        f.write(row)\n",
        Wanted("open", ((2, 9, "open"),), 1, "m"),
    ),
    "keep: the first is in a branch": (
        "def f(a):\n    if a:\n        x = load(a)\n    y = load(a)\n",
        Wanted("keep", ((3, 12, "load"), (4, 8, "load")), 0, "m.load"),
    ),
    "keep: two functions": (
        "def f(a):\n    x = load(a)\ndef g(a):\n    y = load(a)\n",
        Wanted("keep", ((2, 8, "load"), (4, 8, "load")), 0, "m.load"),
    ),
    "lazy: used in both arms": (
        "def f(a):\n    x = load(a)\n    if a:\n        print(x)\n    else:\n        use(x)\n",
        Wanted("lazy", ((2, 8, "load"),), 3, "m.f"),
    ),
    "query: one row": (
        "row = Order.objects.get(id=1)\n",
        Wanted("query", ((1, 6, "get"),), 0, "m", 'select_related("customer")'),
    ),
    "query: a model that is not known there": (
        "rows = session.scalars(select(Row))\n",
        Wanted("query", ((1, 23, "select"),), 0, "m", "options(selectinload(Order.customer))"),
    ),
    "query: a statement that is given by name": (
        "from models import Order\n\nrows = session.scalars(statement=queries[0])\n",
        Wanted("query", ((3, 7, "scalars"),), 0, "m", "options(selectinload(Order.customer))"),
    ),
    "query: asked for by a person": (
        "rows = Order.objects.all()\n",
        Wanted("query", ((1, 7, "all"),), 0, "m"),
    ),
    "client: closed in a branch": (
        "for a in b:\n    c = connect()\n    if c.run(a):\n        c.close()\n",
        Wanted("client", ((2, 8, "connect"),), 1, "m"),
    ),
    "client: a with closes it": (
        "for a in b:\n    c = connect()\n    with c:\n        c.run(a)\n",
        Wanted("client", ((2, 8, "connect"),), 1, "m"),
    ),
    "client: each round says who asks": (
        "for a in b:\n    c = connect()\n    c.login(u, w)\n    c.run(a)\n",
        Wanted("client", ((2, 8, "connect"),), 1, "m"),
    ),
    "client: its with is in another loop": (
        "for a in b:\n    for d in a:\n        with connect() as c:\n            c.run(d)\n",
        Wanted("client", ((3, 13, "connect"),), 1, "m"),
    ),
    "client: its with has a name that the loop has, too": (
        "for a in b:\n    c = a\n    with connect() as c:\n        c.run(a)\n",
        Wanted("client", ((3, 9, "connect"),), 1, "m"),
    ),
    "client: who uses it closes it": (
        "import m\ndef f():\n    c = m.connect()\n    c.run()\n    c.close()\n",
        Wanted("client", ((3, 8, "connect"),), 0, "m.f", "module"),
    ),
    "client: its users have to be handed it": (
        "import sqlite3\ndef f(row):\n    db = sqlite3.connect('a')\n    db.execute(row)\n",
        Wanted("client", ((3, 9, "connect"),), 0, "m.f"),
    ),
    "client: a helper that is given something": (
        "import requests\ndef f(word):\n    return requests.Session()\n",
        Wanted("client", ((3, 11, "Session"),), 0, "m.f", "cache"),
    ),
    "threads: not in each round": (
        "def f(rows):\n    for row in rows:\n        if row.new:\n            use(row, requests.get(row.url))\n",
        Wanted("concurrent", ((4, 21, "get"),), 2, "m.f", "threads"),
    ),
    "threads: some rounds are cut short": (
        "def f(rows):\n    for row in rows:\n        if row.x:\n            continue\n        use(requests.get(row))\n",
        Wanted("concurrent", ((5, 12, "get"),), 2, "m.f", "threads"),
    ),
    "gather: it needs what the round made": (
        "async def f(a):\n    for x in a:\n        y = x.b\n        await ask(y, x)\n",
        Wanted("concurrent", ((4, 14, "ask"),), 2, "m.f", "gather"),
    ),
    "gather: something between the steps": (
        "async def f(a):\n    x = await g(a)\n    print(a)\n    y = await h(a)\n",
        Wanted("concurrent", ((2, 14, "g"), (4, 14, "h")), 0, "m.f", "steps"),
    ),
    "session: in a pool of threads": (
        "import requests\n\ndef f(a):\n    return list(pool.map(lambda x: requests.get(x, timeout=2), a))\n",
        Wanted("client", ((4, 35, "get"),), 0, "m.f", "requests.Session"),
    ),
    "session: by another name": (
        "from requests import get\n\ndef f(a):\n    get(a)\n",
        Wanted("client", ((4, 4, "get"),), 0, "m.f", "requests.Session"),
    ),
    "cache: a parameter of which nothing is known": (
        "def f(a):\n    return json.loads(a)\n",
        Wanted("cache", ((2, 11, "loads"),), 0, "m.f"),
    ),
    "commit: nothing else in the loop": (
        "for row in rows:\n    db.commit()\n",
        Wanted("commit", ((2, 4, "commit"),), 1, "m"),
    ),
    "cache: it does more": (
        "def f():\n    x = json.loads(a)\n    print(x)\n    return x\n",
        Wanted("cache", ((2, 8, "loads"),), 0, "m.f"),
    ),
    "cache: a method": (
        "class C:\n    def f():\n        return json.loads(a)\n",
        Wanted("cache", ((3, 15, "loads"),), 0, "m.C.f"),
    ),
    "keep: passed on": ("a = json.loads(x)\nb = json.loads(x)\n", Wanted("keep", ((1, 4, "loads"),), 0, "m")),
    "parser: another call": ("yaml.load(x, L)\n", Wanted("parser", ((1, 0, "load"),), 0, "m")),
    "an f-string that gives the text of the call": (
        "for row in rows:\n    print(f'{json.loads(text)=} {row}')\n",
        Wanted("hoist", ((2, 13, "loads"),), 1, "m"),
    ),
    "a keyword would touch the name": (
        "def f(text, rows):\n    for row in rows:\n        return(json.loads(text))\n",
        Wanted("hoist", ((3, 15, "loads"),), 2, "m.f"),
    ),
    "hoist: what a pattern has bound": (
        "for row in rows:\n    match row:\n        case {'a': a}: json.loads(a)\n",
        Wanted("hoist", ((3, 23, "loads"),), 1, "m"),
    ),
    "hoist: the rest of a pattern": (
        "for row in rows:\n    match row:\n        case {**a}: json.loads(a)\n",
        Wanted("hoist", ((3, 20, "loads"),), 1, "m"),
    ),
    "hoist: a module that the loop imports": (
        "for row in rows:\n    import json.tool\n    json.loads(text)\n",
        Wanted("hoist", ((3, 4, "loads"),), 1, "m"),
    ),
    "hoist: a walrus in a list": (
        "x = [(u := row.url, json.loads(u)) for row in rows]\n",
        Wanted("hoist", ((1, 20, "loads"),), 1, "m"),
    ),
    "threads: a walrus in a list": (
        "def f(rows):\n    return [(u := row.url, requests.get(u, row)) for row in rows]\n",
        Wanted("concurrent", ((2, 27, "get"),), 2, "m.f", "threads"),
    ),
    "threads: a walrus in the call": (
        "def f(rows):\n    return [(requests.get(u := row.url), u) for row in rows]\n",
        Wanted("concurrent", ((2, 13, "get"),), 2, "m.f", "threads"),
    ),
    "keep: in a nested function": (
        "def f(a):\n    x = load(a)\n    def g():\n        return load(a)\n    return g, x\n",
        Wanted("keep", ((2, 8, "load"), (4, 15, "load")), 0, "m.load"),
    ),
    "cache: it has a decorator": (
        "@x\ndef f():\n    return json.loads(a)\n",
        Wanted("cache", ((3, 11, "loads"),), 0, "m.f"),
    ),
    "commit: after a semicolon": (
        "for row in rows:\n    use(row); db.commit()\n",
        Wanted("commit", ((2, 14, "commit"),), 1, "m"),
    ),
    "it does not parse": ("def f(:\n", Wanted("copy", ((1, 0, "f"),), 0, "m", "element")),
}


@pytest.mark.parametrize("case", EDITED)
def test_edited(case: str) -> None:
    before, wanted, after = EDITED[case]
    assert edited(dedent(before).encode(), wanted).decode() == dedent(after)


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    before, wanted = REFUSED[case]
    with pytest.raises(Refused):
        edited(before.encode(), wanted)


@pytest.mark.parametrize("case", EDITED)
def test_edited_with_a_mark_and_other_line_ends(case: str) -> None:
    before, wanted, after = EDITED[case]
    given, expected = (codecs.BOM_UTF8 + dedent(text).replace("\n", "\r\n").encode() for text in (before, after))
    assert edited(given, wanted) == expected


def test_an_encoding_that_nobody_can_read_is_refused() -> None:
    # Python takes it; what finds the encoding for libcst does not
    before = '# -*- coding: latin-1 -*- \xe4\nx = deepcopy(T)["a"]\n'.encode("latin-1")
    compile(before, "m.py", "exec")
    with pytest.raises(Refused):
        edited(before, Wanted("copy", ((2, 4, "deepcopy"),), 0, "m", "element"))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="f-strings that hold their own quotes")
def test_an_f_string_that_holds_its_own_quotes() -> None:
    before = "for row in rows:\n    print(f'{\n        json.loads(text)['a']  # all\n    } {f'{row}'}')\n"
    after = (
        "loads_result = json.loads(text)\nfor row in rows:\n    print(f'{\n        loads_result['a']  # all\n"
        "    } {f'{row}'}')\n"
    )
    assert edited(before.encode(), Wanted("hoist", ((3, 8, "loads"),), 1, "m")).decode() == after


def test_line_ends_and_encoding_stay() -> None:
    before = '# -*- coding: latin-1 -*-\r\nx = deepcopy(T)["\xe4"]\r\n'.encode("latin-1")
    after = '# -*- coding: latin-1 -*-\r\nx = deepcopy(T["\xe4"])\r\n'.encode("latin-1")
    assert edited(before, Wanted("copy", ((2, 4, "deepcopy"),), 0, "m", "element")) == after
