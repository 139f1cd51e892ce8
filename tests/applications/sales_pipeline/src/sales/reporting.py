import copy

import pandas as pd
from jinja2 import Environment, FileSystemLoader

STYLE = {"columns": ["product", "amount"], "title": "Sales", "footer": {"text": "", "lines": []}}


def read_sales(folder):
    frames = [pd.read_json(path).assign(shop=path.stem) for path in sorted(folder.glob("*.json"))]
    return pd.concat(frames)


def totals(sales, rates):
    sales = sales.assign(euro=sales["amount"] * sales["currency"].map(rates))
    return sales.groupby("shop")["euro"].sum()


def write_reports(config, folder, target):
    sales = read_sales(folder)
    sums = totals(sales, config.rates)
    environment = Environment(loader=FileSystemLoader(config.base / "pages"))
    page = environment.get_template("report.html")
    style = copy.deepcopy(STYLE)
    for shop in config.shops:
        text = page.render(shop=shop, total=sums.get(shop, 0), style=style)
        (target / f"{shop}.html").write_text(text)
    sales.to_parquet(target / "sales.parquet")
