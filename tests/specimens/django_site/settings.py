SECRET_KEY = "x"
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["shop.apps.ShopConfig"]
MIDDLEWARE = ["shop.middleware.Timing", "shop.middleware.naming", "django.middleware.common.CommonMiddleware"]
SHOP_APP = "shop"
