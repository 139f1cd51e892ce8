from shop.plugins import register


@register
def unseen():
    return 4
