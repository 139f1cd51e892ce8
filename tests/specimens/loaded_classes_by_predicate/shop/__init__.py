from shop.base import Plugin
