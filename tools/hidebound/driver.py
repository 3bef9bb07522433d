"""Runs one step of the real Hidebound; the last line of standard output is JSON.

python driver.py update CONFIG            what Database.update() finds, a row a file, and the seconds it took
python driver.py count CONFIG             the same without the rows
python driver.py create CONFIG            update, then Database.create(): the seconds of both
python driver.py export-disk STAGING FOLDER   its DiskExporter reads a staging folder
python driver.py export-s3 STAGING FOLDER     its S3Exporter does, against moto; the bucket's objects come into the folder

Nothing of Hidebound is changed but the place of its log, which is a folder that only root can make.
"""
import json
import logging
import os
import sys
import tempfile
import time
from pathlib import Path


def text(value):
    return value if isinstance(value, str) else None


def plain(value):
    """A value of a trait as JSON has it; numpy's numbers are Python's."""
    return value.item() if hasattr(value, 'item') else value


def row(record):
    traits = record.get('file_traits')
    return {
        'path': record['filepath_relative'],
        'specification': text(record['specification']),
        'file_error': text(record['file_error']),
        'traits': json.loads(json.dumps(traits if isinstance(traits, dict) else {}, default=plain)),
        'asset_name': text(record['asset_name']),
        'asset_path': text(record['asset_path_relative']),
        'asset_type': text(record['asset_type']),
        'asset_error': text(record['asset_error']),
        'asset_valid': bool(record['asset_valid']),
    }


def database(config):
    from hidebound.core.database import Database

    made = Database.from_yaml(config)
    start = time.monotonic()
    made.update()
    return made, time.monotonic() - start


def to_s3(staging, folder):
    import boto3
    from moto import mock_aws

    from hidebound.exporters.s3_exporter import S3Exporter

    with mock_aws():
        S3Exporter('key', 'secret', 'bucket', 'us-west-2').export(staging)
        bucket = boto3.session.Session('key', 'secret', region_name='us-west-2').resource('s3').Bucket('bucket')
        for one in bucket.objects.all():
            target = Path(folder, one.key)
            target.parent.mkdir(parents=True, exist_ok=True)
            bucket.download_file(one.key, str(target))


def main(step, source, *rest):
    from hidebound.core.logging import ProgressLogger

    logs = tempfile.mkdtemp()
    ProgressLogger.__init__.__defaults__ = (os.path.join(logs, 'progress.log'), logging.INFO)
    if step == 'export-disk':
        from hidebound.exporters.disk_exporter import DiskExporter

        DiskExporter(rest[0]).export(source)
        return {}
    if step == 'export-s3':
        to_s3(source, rest[0])
        return {}
    made, seconds = database(source)
    report = {'count': len(made.data), 'seconds': seconds}
    if step == 'update':
        return {**report, 'rows': [row(record) for record in made.data.to_dict('records')]}
    if step == 'create':
        start = time.monotonic()
        made.create()
        return {**report, 'create_seconds': time.monotonic() - start}
    return report


if __name__ == '__main__':
    answer = main(*sys.argv[1:])
    print('\n' + json.dumps(answer), flush=True)
