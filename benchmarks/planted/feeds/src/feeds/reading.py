"""Feeds, from the network."""

from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import requests

session = requests.Session()


def read(address):
    answer = session.get(address, timeout=10)
    answer.raise_for_status()
    return entries(answer.text)


def entries(text):
    root = ElementTree.fromstring(text)
    return [(item.findtext("title"), item.findtext("link")) for item in root.iter("item")]


def read_all(addresses):
    with ThreadPoolExecutor(8) as pool:
        return [row for rows in pool.map(read, addresses) for row in rows]
