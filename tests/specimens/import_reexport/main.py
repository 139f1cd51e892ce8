from shop import total

total()
