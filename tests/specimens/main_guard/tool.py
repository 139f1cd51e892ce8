def answer():
    return 42


def main():
    return answer()


def prepare():
    return None


if __name__ == "__main__":
    main()
else:
    prepare()
