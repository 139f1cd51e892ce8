def double(x):
    def doubled():
        return 2 * x

    return doubled


def never(x):
    return x


for item in map([1, 2], double):
    item()
print(list(zip([never], [1])))
