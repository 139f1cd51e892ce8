from importlib import import_module

from loading import loaders

LOADERS = loaders((".text", ".more.table"), "plugins")
LOADERS.append(import_module(".own", __name__).load)
LOADERS.append(import_module(".other", __package__).load)
