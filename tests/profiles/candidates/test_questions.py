"""Questions to another machine that are asked again for the same: before a loop, or once and passed on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.profiles.candidates.told import told

SERVICE = """\
import logging
import time
import requests

log = logging.getLogger(__name__)

class Rates:
    def __init__(self, url):
        self.url = url

    def table(self, base="EUR"):
        response = requests.get(f"{self.url}/PATH", params={"base": base}, timeout=5)
        response.raise_for_status()
        return response.json()

class Run:
    def __init__(self, rates, base="EUR"):
        self.rates = rates
        self.base = base

    def in_base(self, row):
        if row["currency"] == self.base:
            return row["net"]
        rates = self.rates.table(self.base)
        return row["net"] / rates[row["currency"]]

    def total(self, rows):
        found = []
        for row in rows:
            found.append(self.in_base(row))
        return found

def main(rows):
    return Run(Rates("https://example.org")).total(rows)
""".replace("PATH", "latest")

ONCE = "hoist: Call m.Rates.table once, the first time that the loop in line 29 of m.Run.total needs it"
BEFORE = "hoist: Call m.Rates.table once, before the loop in line 27 of m.Run.total"

MODELS = """\
from django.contrib.auth.models import User
from django.db import models
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404

class Supplier(models.Model):
    code = models.CharField(max_length=9)

class Product(models.Model):
    name = models.CharField(max_length=9)
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE)

"""

PRICE = "def price(pk):\n    return Product.objects.get(pk=pk).name\n\ndef main(pk):\n"

LOOP = "def main(code, rows):\n    for row in rows:\n        print(Supplier.objects.get(code=code).code)\n"

GET = "django.db.models.QuerySet.get"

PROPOSED = {
    "a request of the same, in some rounds": (SERVICE, ONCE),
    "in each round": (SERVICE.replace('        if row["currency"] == self.base:\n            return row["net"]\n', "")
                      .replace("found.append", "\n            found.append"), BEFORE),
    "with what stands for what is left out": (SERVICE.replace("table(self.base)", "table()"), ONCE),
    "a file that a helper reads, of what it is given": (
        "import fnmatch\nfrom pathlib import Path\n\ndef ignored(root):\n    try:\n"
        "        text = (Path(root) / '.ignore').read_text()\n    except FileNotFoundError:\n        return []\n"
        "    return text.splitlines()\n\ndef skips(root, path):\n"
        "    return any(fnmatch.fnmatch(str(path), row) for row in ignored(root))\n\n"
        "def main(root):\n    root = Path(root)\n    found = []\n    for path in root.rglob('*.py'):\n"
        "        if not skips(root, path):\n            found.append(path)\n    return found\n",
        "hoist: Call m.ignored once, before the loop in line 17 of m.main",
    ),
    "a row of settings, asked for by a helper": (
        MODELS + "def prefix():\n    return Supplier.objects.get(code='own').code\n\n"
        "def main(rows):\n    return [prefix() + row for row in rows]\n",
        "hoist: Call m.prefix once, before the loop in line 17 of m.main",
    ),
    "a row, where rows of another model are written": (
        MODELS + "def main(code, rows):\n    for row in rows:\n        supplier = Supplier.objects.get(code=code)\n"
        "        Product.objects.create(name=row, supplier=supplier)\n",
        f"hoist: Run {GET} once, before the loop in line 14",
    ),
    "a row that a helper asks for once more": (
        MODELS + PRICE
        + "    product = Product.objects.get(pk=pk)\n    return product.name, price(pk)\n",
        f"keep: Run {GET} once for Product.objects.get(pk=pk), and pass on what it gives",
    ),
    "by what finds it or says that it is missing": (
        MODELS + "def price(number):\n    return Product.objects.get(pk=number).name\n\n"
        "def main(request, pk):\n    product = get_object_or_404(Product, pk=pk)\n    return product.name, price(pk)\n",
        "keep: Run django.shortcuts.get_object_or_404 once for Product.objects.get(pk=pk), and pass on what it gives",
    ),
    "by two helpers of one block": (
        MODELS
        + "def may(pk):\n    return Product.objects.get(pk=pk).name != ''\n\n"
        + PRICE
        + "    if not may(pk):\n        return None\n    return price(pk)\n",
        f"keep: Run {GET} once for Product.objects.get(pk=pk), and pass on what it gives",
    ),
    "by one helper twice": (
        MODELS + "def product(pk):\n    return Product.objects.get(pk=pk)\n\n"
        "def main(pk):\n    name = product(pk).name\n    return name, product(pk).supplier_id\n",
        f"keep: Run {GET} once for Product.objects.get(pk=pk), and pass on what it gives",
    ),
    "where each handler of the first leaves": (
        MODELS + PRICE
        + "    try:\n        product = Product.objects.get(pk=pk)\n    except Product.DoesNotExist:\n"
        "        raise Http404\n    return product.name, price(pk)\n",
        f"keep: Run {GET} once for Product.objects.get(pk=pk), and pass on what it gives",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PROPOSED)
def test_proposed(case: str, tmp_path: Path) -> None:
    source, expected = PROPOSED[case]
    assert expected in told(source, tmp_path)


LEFT_ALONE = {
    "by what the row says": SERVICE.replace("table(self.base)", 'table(row["currency"])'),
    "of an object that the loop makes": SERVICE.replace("self.rates.table", 'Rates(row["url"]).table'),
    "of what the loop changes": SERVICE.replace("        if row[", '        self.base = row["base"]\n        if row['),
    "of what is another one each time": SERVICE.replace("/latest", "/next"),
    "of what is looked at again": SERVICE.replace('rates[row["currency"]]', 'rates["cancelled"]'),
    "of what is told": SERVICE.replace("        rates = self.rates", "        self.rates").replace(
        "row[\"net\"] / rates[row[\"currency\"]]", "row[\"net\"]"
    ),
    "a row of chance": MODELS
    + "def pick():\n    return Supplier.objects.order_by('?').first().code\n\n"
    "def main(rows):\n    return [pick() + row for row in rows]\n",
    "a row that says whether to go on": MODELS
    + "def code(pk):\n    return Product.objects.get(pk=pk).stopped\n\n"
    "def main(rows, pk):\n    for row in rows:\n        if code(pk):\n            raise ValueError(row)\n",
    "a row that a transaction reads again": MODELS
    + "from django.db import transaction\n\n"
    + PRICE
    + "    product = Product.objects.get(pk=pk)\n    with transaction.atomic():\n"
    "        return product.name, price(pk)\n",
    "two rows of chance": MODELS
    + "def pick():\n    return Supplier.objects.order_by('?').first().code\n\n"
    "def main():\n    return Supplier.objects.order_by('?').first().code, pick()\n",
    "in a loop that waits": SERVICE.replace(
        "            found.append", "            time.sleep(1)\n            found.append"
    ),
    "in a loop that counts": SERVICE.replace("for row in rows", "for row in range(9)"),
    "in a loop that is left": SERVICE.replace(
        "(self.in_base(row))", "(self.in_base(row))\n            if found[-1]:\n                break"
    ),
    "where the loop writes": SERVICE.replace(
        "            found.append", '            requests.post(self.rates.url, json=row)\n            found.append'
    ),
    "where what it gives is changed": SERVICE.replace(
        "        return row[\"net\"] / rates", '        rates.pop("EUR", None)\n        return row["net"] / rates'
    ),
    "where what asks counts how often": SERVICE.replace(
        "        response.raise", "        self.asked = len(params)\n        response.raise"
    ).replace('self, base="EUR"', 'self, base="EUR", params=()'),
    "of what the loop changes in place": SERVICE.replace(
        "        self.base = base", "        self.base = base\n        self.seen = {}"
    )
    .replace("self.rates.table(self.base)", "self.rates.table(self.seen)")
    .replace("        if row[", '        self.seen["last"] = row["net"]\n        if row['),
    "of a dict that the loop changes in place": SERVICE.rpartition("def main")[0]
    + "def main(rows):\n    rates, given, found = Rates('https://example.org'), {}, []\n    for row in rows:\n"
    "        given['page'] = row['page']\n        found.append(rates.table(given))\n    return found\n",
    "a row, where rows of its model are written": MODELS
    + LOOP
    + "        Supplier.objects.create(code=row)\n",
    "a row, where it is not known what is written": MODELS
    + LOOP
    + "        row.save()\n",
    "a row that is written in between": MODELS + PRICE
    + "    product = Product.objects.get(pk=pk)\n    product.save()\n    return price(pk)\n",
    "a row of which a field is set in between": MODELS + PRICE
    + "    product = Product.objects.get(pk=pk)\n    product.name = ''\n    return price(pk)\n",
    "another row": MODELS + "def price(pk):\n    return Product.objects.get(pk=pk).name\n\n"
    "def main(pk, other):\n    product = Product.objects.get(pk=pk)\n    return product.name, price(other)\n",
    "of what is bound anew in between": MODELS + PRICE
    + "    product = Product.objects.get(pk=pk)\n    pk = product.supplier_id\n    return price(pk)\n",
    "the first in a branch": MODELS + "def price(pk):\n    return Product.objects.get(pk=pk).name\n\n"
    "def main(pk, more):\n    if more:\n        print(Product.objects.get(pk=pk))\n    return price(pk)\n",
    "the first where its error goes on": MODELS + PRICE
    + "    try:\n        print(Product.objects.get(pk=pk))\n    except Product.DoesNotExist:\n        pass\n"
    "    return price(pk)\n",
    "of what a helper makes anew each time": MODELS + "def product(size):\n    code = token(size)\n"
    "    return Product.objects.get(code=code)\n\n"
    "def main(size):\n    name = product(size).name\n    return name, product(size).supplier_id\n",
    "of a global that has the name of a variable": MODELS + "pk = 5\n\ndef price():\n"
    "    return Product.objects.get(pk=pk).name\n\n"
    "def main(pk):\n    product = Product.objects.get(pk=pk)\n    return product.name, price()\n",
    "of what each call of itself makes": MODELS + "def free(size):\n    code = token(size)\n    try:\n"
    "        Product.objects.get(code=code)\n    except Product.DoesNotExist:\n        return code\n"
    "    return free(size + 1)\n\ndef main(size):\n    return free(size)\n",
    "the second after a wait": MODELS + "import time\n\n"
    + PRICE
    + "    product = Product.objects.get(pk=pk)\n    time.sleep(5)\n    return product.name, price(pk)\n",
    "the second where somebody else is called": MODELS
    + PRICE.replace("(pk):\n", "(pk, then):\n").replace("price(pk, then)", "price(pk)")
    + "    product = Product.objects.get(pk=pk)\n    then()\n    return product.name, price(pk)\n",
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str, tmp_path: Path) -> None:
    assert [row for row in told(LEFT_ALONE[case], tmp_path) if row.startswith(("hoist", "keep"))] == []


PRODUCT = "from shop import Product"


@pytest.mark.parametrize(
    ("here", "there", "named", "is_same"),
    [
        (PRODUCT, PRODUCT, "Product", True),
        (f"{PRODUCT} as Row", f"{PRODUCT} as Row", "Row", True),
        (f"{PRODUCT} as Row", "from shop import Supplier as Row", "Row", False),
        ("import shop as rows", "import other as rows", "rows.Product", False),
        ("import shop\nRow = shop.Product", "import other\nRow = other.Product", "Row", False),
    ],
)
def test_a_row_that_another_module_asks_for(here: str, there: str, named: str, is_same: bool, tmp_path: Path) -> None:
    """Once more, where its name stands for the same there."""
    helper = PRICE.partition("def main")[0].replace("Product", named)
    for name, text in {"shop": MODELS, "other": MODELS, "helper": f"{there}\n{helper}"}.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    main = f"def main(pk):\n    row = {named}.objects.get(pk=pk)\n    return row.name, price(pk)\n"
    found = told(f"{here}\nfrom helper import price\n\n{main}", tmp_path)
    title = f"keep: Run {GET} once for {named}.objects.get(pk=pk), and pass on what it gives"
    assert (title in found) == is_same
