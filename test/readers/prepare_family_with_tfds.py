"""Prepares a data set of MNIST's family with TFDS's own builder, from archives on disk that have fewer rows.

Usage: prepare_family_with_tfds.py NAME ARCHIVES OUT TRAIN_ROWS TEST_ROWS

All is TFDS's own but for the numbers of rows and the download: files come from ARCHIVES by the names in their URLs, and
count as downloaded once each.
"""
import gzip
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

    def download_and_extract(self, urls):
        return tf.nest.map_structure(self.from_url, urls)

    def from_url(self, url):
        path = os.path.join(self.archives, os.path.basename(url))
        self.downloaded_size += os.path.getsize(path)
        return self.extract_one(path)

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


def main(name, archives, out, train_rows, test_rows):
    builder = tfds.builder(name, data_dir=out)
    mnist._TRAIN_EXAMPLES, mnist._TEST_EXAMPLES = int(train_rows), int(test_rows)
    if builder.builder_config:
        builder.builder_config.train_examples = int(train_rows)
        builder.builder_config.test_examples = int(test_rows)
    files = LocalFiles(archives)
    builder._make_download_manager = lambda **_: files
    try:
        builder.download_and_prepare()
    finally:
        shutil.rmtree(files.extracted)


main(*sys.argv[1:])
