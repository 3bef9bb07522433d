"""Writes verdicts.json: what Hidebound itself says of generated assets of studio.py.

Run where hidebound==0.34.2 is installed: python make-verdicts.py > verdicts.json
Names that only its parser's leniency about blanks and digits of other scripts lets pass are not generated.
"""
import json
import random
from pathlib import Path

from schematics.exceptions import DataError, ValidationError

import studio

random.seed(34)
TRAITS = [{'width': 1024, 'height': 1024, 'channels': 3}] * 20 + [
    {'width': 5, 'height': 4, 'channels': 1}, {'width': 1024, 'height': 1024, 'channels': 4},
    {'width': 1024, 'height': 1023, 'channels': 3}, {'width': 1024, 'height': 1024},
    {'height': 1024, 'channels': 3}, {}]
EXTENSIONS = {'raw001': 'jpg', 'raw002': 'jpg', 'spec001': 'png', 'spec002': 'jpg', 'vdb001': 'vdb'}


def field(name, spec, frame):
    return {
        'project': 'p-' + random.choice(['cat001', 'proj1', 'abcdefghij1234']),
        'specification': 's-' + spec,
        'descriptor': 'd-' + random.choice(['a', 'running-cat', 'x-master', 'v012-p-banana-f99', '1']),
        'version': 'v' + random.choice(['001', '042', '999']),
        'coordinate': 'c' + random.choice(['0000', '0001-0002', '0000-9999-0003']),
        'frame': 'f%04d' % frame,
    }[name]


def mutate(name):
    kind = random.randrange(16)
    replacements = [
        ('_v', '_V'), ('_d-', '_d'), ('p-', 'p'), ('_v', '_v0'), ('_v0', '_v'), ('_d-', '_d-master'), ('_d-', '_d-final-'),
        ('_f', '_f0'), ('_f', '_x'), ('_', '__'), ('.', '..'), ('.', '.x'), ('_c', '_k'), ('_d-', '_d--'),
    ]
    if kind < len(replacements):
        return name.replace(*replacements[kind], 1)
    return name.upper() if kind == 14 else name.replace(name.split('_v')[1][:3], '000', 1)


def make(cls):
    spec = cls.__name__.lower()
    fields = [x for x in cls.filename_fields if x != 'extension']
    parts = {x: field(x, spec, 1) for x in fields}
    extension = random.choice([EXTENSIONS[spec]] * 8 + ['png', 'JPG', 'tiff', 'p-g'])
    files = []
    for number in range(random.choice([1, 1, 2, 3])):
        own = dict(parts)
        for name in ('frame', 'coordinate'):
            if name in own:
                own[name] = field(name, spec, number * random.choice([1, 1, 1, 7]))
        if random.random() < 0.04:
            own['descriptor'] = 'd-other'
        name = '_'.join(own[x] for x in fields) + '.' + extension
        if random.random() < 0.12:
            name = mutate(name)
        files.append({'name': name, 'traits': random.choice(TRAITS) if cls.file_traits else {}})
    directory = '_'.join(parts[x] for x in cls.asset_name_fields)
    if random.random() < 0.04:
        directory = random.choice([directory + 'x', directory.replace('_d-', '_d-other'), 'images'])
    return {'specification': spec, 'directory': directory, 'files': files if cls.asset_type != 'file' else files[:1]}


def verdict(cls, case):
    gathered = {}
    for one in case['files']:
        path = Path('/projects', case['directory'], one['name'])
        try:
            cls().validate_filepath(path)
        except ValidationError:
            return False
        for key, value in {**cls().get_filename_traits(path), **one['traits']}.items():
            gathered.setdefault(key, []).append(value)
    # A file whose trait cannot be read has an error under another name, which no model knows.
    for key in cls.file_traits:
        if any(key not in one['traits'] for one in case['files']):
            gathered[key + '_error'] = ['OSError']
    try:
        cls(gathered).validate()
    except (DataError, ValidationError):
        return False
    return True


cases = []
for cls in studio.SPECIFICATIONS:
    for _ in range(160):
        case = make(cls)
        cases.append({**case, 'valid': verdict(cls, case)})
print('[' + ',\n'.join(json.dumps(x) for x in cases) + ']')
