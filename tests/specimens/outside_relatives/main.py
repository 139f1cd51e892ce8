import configparser
import datetime
import io
import json
import sqlite3
import urllib.request
import xml.sax


class Encoder(json.JSONEncoder):
    def default(self, value):
        return 1


class Zone(datetime.tzinfo):
    def utcoffset(self, moment):
        return None


class Handler(xml.sax.ContentHandler):
    def startElement(self, name, attributes):
        return None


class Source(io.RawIOBase):
    def readinto(self, buffer):
        return 0


class Opener(urllib.request.HTTPHandler):
    def http_open(self, request):
        return None


class Config(configparser.ConfigParser):
    def optionxform(self, option):
        return option


class Unrelated(configparser.ConfigParser):
    def optionxform(self, option):
        return option


def row(cursor, values):
    return values


def encoded():
    json.dumps({}, cls=Encoder)


def now():
    datetime.datetime.now(Zone())


def parsed():
    xml.sax.parseString("<a/>", Handler())


def buffered():
    io.BufferedReader(Source()).read()


def opened():
    opener = urllib.request.build_opener(Opener())
    opener.open("http://example.org")


def read():
    Config().read("a.ini")


def rows():
    connection = sqlite3.connect("a")
    connection.row_factory = row
    connection.execute("select 1")


def unrelated():
    json.dumps(Unrelated())


encoded()
now()
parsed()
buffered()
opened()
read()
rows()
unrelated()
