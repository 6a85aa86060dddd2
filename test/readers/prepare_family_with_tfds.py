"""Prepares a data set of MNIST's family with TFDS's own builder, from archives on disk that have fewer rows.

Usage: prepare_family_with_tfds.py NAME ARCHIVES OUT ROWS [NUM_SHARDS]

ROWS is JSON, {"train": 300, "test": 200}: some builders ask for so many. NUM_SHARDS is how many shards each split gets, where
that is not left to TFDS. All is TFDS's own but for the numbers of rows and the download: files come from ARCHIVES by the names
in their URLs, and count as downloaded once each.
"""
import gzip
import json
import os
import shutil
import sys
import tempfile
import zipfile

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.image_classification import mnist


class LocalFiles:
    """The part of TFDS's download manager that these builders use."""

    def __init__(self, archives):
        self.archives = archives
        self.downloaded_size = 0
        self.extracted = tempfile.mkdtemp()

    def download(self, urls):
        return tf.nest.map_structure(self.from_url, urls)

    def download_and_extract(self, urls):
        return self.extract(self.download(urls))

    def from_url(self, url):
        path = os.path.join(self.archives, os.path.basename(url))
        self.downloaded_size += os.path.getsize(path)
        return path

    def extract(self, paths):
        return tf.nest.map_structure(self.extract_one, paths)

    def extract_one(self, path):
        target = tempfile.mkdtemp(dir=self.extracted)
        if path.endswith('.zip'):
            zipfile.ZipFile(path).extractall(target)
            return target
        target = os.path.join(target, 'idx')
        with gzip.open(path) as source, open(target, 'wb') as file:
            shutil.copyfileobj(source, file)
        return target


def main(name, archives, out, rows, num_shards=None):
    builder = tfds.builder(name, data_dir=out)
    if type(builder).__module__ == mnist.__name__:
        rows = json.loads(rows)
        mnist._TRAIN_EXAMPLES, mnist._TEST_EXAMPLES = rows['train'], rows['test']
        if builder.builder_config:
            builder.builder_config.train_examples = rows['train']
            builder.builder_config.test_examples = rows['test']
    files = LocalFiles(archives)
    builder._make_download_manager = lambda **_: files
    config = tfds.download.DownloadConfig(num_shards=num_shards and int(num_shards))
    try:
        builder.download_and_prepare(download_config=config)
    finally:
        shutil.rmtree(files.extracted)


main(*sys.argv[1:])
