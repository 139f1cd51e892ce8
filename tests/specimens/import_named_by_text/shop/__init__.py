from shop.rates import Rate
