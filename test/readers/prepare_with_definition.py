"""Prepares data sets with the real TensorFlow Datasets, as builders made from definitions: what ours must equal.

Usage: prepare_with_definition.py OUT_DIR JOBS

JOBS is JSON: a list of {"definition": path, "archives": folder, "shards": number or null}. TFDS serializes the map of an Example's
features in an order that differs from process to process; this one starts itself anew until it is the image's, then the
label's. Prints one line of JSON: the directory of each data set.
"""
import contextlib
import gzip
import json
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import tensorflow as tf

TRIES = 'PREPARE_WITH_DEFINITION_TRIES'


def image_comes_first():
    feature = {'image': tf.train.Feature(), 'label': tf.train.Feature()}
    message = tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()
    return message.index(b'image') < message.index(b'label')


if not image_comes_first():
    tries = int(os.environ.get(TRIES, '0')) + 1
    if tries > 40:
        sys.exit(f'the label came first in {tries} processes')
    os.environ[TRIES] = str(tries)
    os.execv(sys.executable, [sys.executable, *sys.argv])

import numpy as np
import tensorflow_datasets as tfds


def read_idx(path):
    with open(path, 'rb') as file:
        zipped = file.read(2) == b'\x1f\x8b'
    with gzip.open(path) if zipped else open(path, 'rb') as file:
        data = file.read()
    dimensions = data[3]
    shape = np.frombuffer(data, '>u4', dimensions, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def builder_class(definition, archives):
    image, label = definition['image'], definition['label']

    class Builder(tfds.core.GeneratorBasedBuilder):
        __module__ = definition.get('moduleName', '')
        name = definition['name']
        VERSION = tfds.core.Version(definition['version'])
        # TFDS looks for the code of a builder and the files of its package, and there are none.
        code_path = None
        pkg_dir_path = tfds.core.Path(archives)

        def _info(self):
            classes = {'names': label['classNames']} if 'classNames' in label else {'num_classes': label['classes']}
            return tfds.core.DatasetInfo(
                builder=self,
                description=definition['description'],
                citation=definition.get('citation'),
                homepage=definition.get('homepage'),
                features=tfds.features.FeaturesDict({
                    image['name']: tfds.features.Image(shape=tuple(image['shape'])),
                    label['name']: tfds.features.ClassLabel(**classes),
                }),
                supervised_keys=(image['name'], label['name']),
            )

        def _split_generators(self, dl_manager):
            return {split['name']: self._generate_examples(split) for split in definition['splits']}

        def _generate_examples(self, split):
            images = read_idx(os.path.join(archives, split['images']['file']))
            labels = read_idx(os.path.join(archives, split['labels']['file']))
            for row, (pixels, number) in enumerate(zip(images, labels, strict=True)):
                yield row, {image['name']: pixels[..., np.newaxis], label['name']: int(number)}

    return Builder


def prepare(out, job):
    with open(job['definition'], encoding='utf-8') as file:
        definition = json.load(file)
    builder = builder_class(definition, job['archives'])(data_dir=out)
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(num_shards=job['shards']))
    return builder.data_dir


def main(out, jobs):
    # TFDS tells on stdout what it is at.
    with contextlib.redirect_stdout(sys.stderr):
        directories = [os.fspath(prepare(out, job)) for job in json.loads(jobs)]
    print(json.dumps(directories))


main(*sys.argv[1:])
