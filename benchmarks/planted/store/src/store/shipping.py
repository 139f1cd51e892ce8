"""Orders on their way."""

import json
import subprocess
from pathlib import Path

import boto3
import redis
from jinja2 import Environment, FileSystemLoader

LABELS = Environment(loader=FileSystemLoader("templates"))
s3 = boto3.client("s3")
cache = redis.Redis()


def ship_all(orders):
    template = LABELS.get_template("label.txt")
    carriers = json.loads(Path("carriers.json").read_text(encoding="utf-8"))
    stock = cache.mget([order.sku for order in orders])
    log = []
    for order, left in zip(orders, stock, strict=True):
        if not int(left or 0):
            continue
        label = template.render(order=order, carrier=carriers[order.country])
        s3.put_object(Bucket="labels", Key=f"{order.id}.txt", Body=label.encode())
        log.append(f"{order.id}\n")
    with open("shipped.log", "a", encoding="utf-8") as stream:
        stream.writelines(log)
    subprocess.run(["print-labels", "--all"], check=True)
    return len(log)
