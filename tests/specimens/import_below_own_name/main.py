import json

from shop.kinds import load


def main():
    load(json.loads(input())).made()
