import shop.cart as c
from shop.cart import empty as clear

c.total()
clear()
