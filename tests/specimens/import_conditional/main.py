try:
    from fast import load
except ImportError:
    from slow import load

load()
