"""A module of Python 2 is never there: what its import is caught with is what always runs."""

import io

try:
    import urllib2
    from cStringIO import StringIO
except ImportError:
    from urllib import request as urllib2

    StringIO = io.StringIO

try:
    from itertools import izip as pairs
except (ImportError, AttributeError):

    def pairs(left, right):
        return zip(left, right)


def main():
    urllib2.urlopen("https://example.org/")
    pairs([1], [2])
    StringIO("a").read()
