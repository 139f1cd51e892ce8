from shop.plugins import register


@register
def price():
    return 1
