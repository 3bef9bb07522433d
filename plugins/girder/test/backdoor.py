"""Works on Girder's database and assetstore behind its back: backdoor.py seed|corrupt|expire FILE, which holds JSON."""

import base64
import datetime
import hashlib
import json
import os
import sys

from bson import ObjectId
from pymongo import MongoClient

database = MongoClient(os.environ['GIRDER_MONGO_URI']).get_default_database()
store = database.assetstore.find_one({})
asked = json.load(open(sys.argv[2])) if len(sys.argv) > 2 else {}


def seed():
    """Items with their files, right in folders that are there."""
    now = datetime.datetime.now(datetime.timezone.utc)
    items, files = [], []
    folders = {}
    for folder_id, name, body in asked['objects']:
        folder = folders.get(folder_id) or folders.setdefault(folder_id, database.folder.find_one({'_id': ObjectId(folder_id)}))
        content = base64.b64decode(body)
        digest = hashlib.sha512(content).hexdigest()
        path = os.path.join(digest[0:2], digest[2:4], digest)
        full = os.path.join(store['root'], path)
        if not os.path.exists(full):
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, 'wb') as file:
                file.write(content)
        common = {'name': name, 'size': len(content), 'created': now, 'creatorId': folder['creatorId']}
        item = {
            **common, '_id': ObjectId(), 'lowerName': name.lower(), 'description': '', 'folderId': folder['_id'], 'updated': now,
            'baseParentType': folder['baseParentType'], 'baseParentId': folder['baseParentId'], 'meta': {},
        }
        items.append(item)
        files.append({
            **common, 'itemId': item['_id'], 'assetstoreId': store['_id'], 'mimeType': 'application/octet-stream',
            'exts': name.split('.')[1:], 'sha512': digest, 'path': path,
        })
    for collection, documents in ((database.item, items), (database.file, files)):
        for start in range(0, len(documents), 500):
            collection.insert_many(documents[start:start + 500], ordered=False)


def corrupt():
    """Changes the first byte of a file on the disk."""
    found = database.file.find_one({'_id': ObjectId(asked['file'])})
    full = os.path.join(store['root'], found['path'])
    content = bytearray(open(full, 'rb').read())
    content[0] ^= 1
    os.chmod(full, 0o600)
    with open(full, 'wb') as file:
        file.write(content)


def expire():
    """Forgets every upload that is not complete."""
    database.upload.delete_many({})


{'seed': seed, 'corrupt': corrupt, 'expire': expire}[sys.argv[1]]()
