import shop.cart

shop.cart.total()
