import shop.parser


def main():
    return shop.parser.parsed("a")
