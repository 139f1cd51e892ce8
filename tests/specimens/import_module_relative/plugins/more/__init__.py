from loading import loader

LOADER = loader("..up", "plugins.more")
