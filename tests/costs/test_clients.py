"""Clients of databases and services, and other work of libraries by tables: each row is a program, and its ops."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

SQLMODEL = """\
from sqlmodel import Field, Relationship, Session, SQLModel, select
class Team(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    heroes: list["Hero"] = Relationship(back_populates="team")
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    team: Team | None = Relationship(back_populates="heroes")
"""

ROWS = {
    f"{SQLMODEL}def f(s: Session):\n    for hero in s.exec(select(Hero)): hero.team.id\n": [
        "sqlalchemy.orm.relationship.Hero.team per hero", "sqlmodel.Session.exec once",
    ],
    "from pymongo import MongoClient\ndb = MongoClient()['shop']\ndef f(ids):\n"
    "    for i in ids: db.orders.find_one({'a': i})\n": ["pymongo.collection.Collection.find_one per id"],
    "from pymongo import MongoClient\ndb = MongoClient().shop\ndef f(rows):\n    ask = db.command\n    ask('ping')\n"
    "    for row in rows: db['a'].insert_one(row)\n": [
        "pymongo.collection.Collection.insert_one per row", "pymongo.database.Database.command once",
    ],
    "from motor.motor_asyncio import AsyncIOMotorClient\ndb = AsyncIOMotorClient().shop\nasync def f(ids):\n"
    "    for i in ids: await db.orders.find_one({'a': i})\n": [
        "motor.motor_asyncio.AsyncIOMotorCollection.find_one per id",
    ],
    "import redis\nr = redis.Redis()\ndef f(ids):\n    for i in ids: r.get(i)\n": ["redis.Redis.get per id"],
    "import redis\nr = redis.Redis()\ndef f(ids):\n    with r.pipeline() as p:\n        for i in ids: p.get(i)\n"
    "        p.execute()\n": ["redis.client.Pipeline.execute once"],
    "import redis.asyncio as redis\nr = redis.Redis()\nasync def f(ids):\n    async with r.pipeline() as p:\n"
    "        await p.set('a', 1).get('b').execute()\n": ["redis.asyncio.client.Pipeline.execute once"],
    "from elasticsearch import Elasticsearch, helpers\nes = Elasticsearch('a')\ndef f(ids):\n"
    "    for i in ids: es.get(index='a', id=i)\n    es.indices.refresh()\n    helpers.bulk(es, [])\n": [
        "elasticsearch.Elasticsearch.get per id", "elasticsearch.Elasticsearch.indices.refresh once, likely",
        "elasticsearch.helpers.bulk once",
    ],
    "import boto3\ntable = boto3.resource('dynamodb').Table('a')\ndef f(ids):\n"
    "    for i in ids: table.get_item(Key=i)\n": [
        "boto3.resources.factory.dynamodb.Table.get_item per id",
    ],
    "import boto3\ntable = boto3.resource('dynamodb').Table('a')\ndef f(ids):\n    with table.batch_writer() as b:\n"
    "        for i in ids: b.put_item(Item=i)\n    for row in table.query()['Items']: row['a']\n": [
        "boto3.resources.factory.dynamodb.Table.batch_writer once", "boto3.resources.factory.dynamodb.Table.query once",
    ],
    "import boto3\ndef f(bucket: str):\n    s3 = boto3.Session().resource('s3')\n"
    "    s3.Object(bucket, 'a').put(Body=b'')\n"
    "    boto3.resource('sqs').get_queue_by_name(QueueName='q').send_message(MessageBody='')\n": [
        "boto3.Session.resource once", "boto3.resource once",
        "boto3.resources.base.ServiceResource.get_queue_by_name once", "boto3.resources.factory.s3.Object.put once",
        "boto3.resources.factory.sqs.Queue.send_message once",
    ],
    "import boto3\ns3 = boto3.resource('s3')\ndef f():\n    for o in s3.Bucket('a').objects.filter(): o.get()\n": [
        "boto3.resources.factory.s3.Bucket.objects.filter once, likely",
        "boto3.resources.factory.s3.Bucket.objects.filter()[].get per object, likely",
    ],
    "import boto3, httpx\ndef f(): boto3.client('s3'), httpx.Client()\n": ["boto3.client once", "httpx.Client once"],
    "def f():\n    import pandas\n    from google.cloud import storage\n": [
        "google.cloud.storage once", "pandas once",
    ],
    "from importlib.metadata import distribution\ndef f():\n    d = distribution('a')\n    d.version, d.requires\n": [
        "importlib.metadata.Distribution.requires once", "importlib.metadata.Distribution.version once",
        "importlib.metadata.distribution once",
    ],
    "import asyncio\nasync def f():\n    _, w = await asyncio.open_connection('a', 1)\n    w.write(b'')\n"
    "    await w.drain()\n": ["asyncio.StreamWriter.drain once", "asyncio.open_connection once"],
    "import psutil\ndef f():\n    for p in psutil.process_iter(): p.name()\n": [
        "psutil.process_iter once", "psutil.process_iter()[].name per process_iter, likely",
    ],
    "import subprocess\ndef f():\n    a = subprocess.Popen('a', stdout=subprocess.PIPE)\n"
    "    subprocess.Popen('b', stdin=a.stdout).communicate()\n": [
        "subprocess.Popen once", "subprocess.Popen once", "subprocess.Popen.communicate once",
    ],
    "from six.moves import urllib, cPickle, configparser\ndef f():\n    urllib.request.urlopen('a')\n"
    "    cPickle.loads(b'')\n    configparser.ConfigParser().read('a')\n": [
        "configparser.ConfigParser.read once", "pickle.loads once", "urllib.request.urlopen once",
    ],
    "import tempfile, zipfile\ndef f():\n    with tempfile.TemporaryDirectory(), zipfile.ZipFile('a'): pass\n": [
        "tempfile.TemporaryDirectory once", "zipfile.ZipFile once",
    ],
}  # fmt: skip


@pytest.mark.parametrize("program", ROWS)
def test_what_a_client_asks(program: str) -> None:
    found = [
        f"{op.callee} {op.how_often}" + ("" if op.evidence == "certain" else f", {op.evidence}")
        for op in ops_of({"m": program}, "m.f")
    ]
    assert sorted(found) == ROWS[program]
