"""Prepares data sets with the real TensorFlow Datasets, as builders made from definitions: what ours must equal.

Usage: prepare_with_definition.py OUT_DIR JOBS

JOBS is JSON: a list of {"definition": path, "archives": folder, "shards": number or null}. TFDS serializes the map of an Example's
features in an order that differs from process to process; this one starts itself anew until it is the input's, then the
label's. Prints one line of JSON: the directory of each data set.
"""
import contextlib
import json
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import tensorflow as tf

TRIES = 'PREPARE_WITH_DEFINITION_TRIES'


def comes_first(name):
    feature = {name: tf.train.Feature(), 'label': tf.train.Feature()}
    message = tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()
    return message.index(name.encode()) < message.index(b'label')


if not (comes_first('image') and comes_first('features')):
    tries = int(os.environ.get(TRIES, '0')) + 1
    if tries > 80:
        sys.exit(f'the label came first in {tries} processes')
    os.environ[TRIES] = str(tries)
    os.execv(sys.executable, [sys.executable, *sys.argv])

import numpy as np
import tensorflow_datasets as tfds

from arrays import read_array


def input_feature(definition):
    if 'image' in definition:
        return tfds.features.Image(shape=tuple(definition['image']['shape']))
    tensor = definition['tensor']
    dtype = np.dtype(tensor['dtype']).type
    # Without an encoding TFDS keeps float64 as float32.
    encoding = 'bytes' if dtype == np.float64 else 'none'
    return tfds.features.Tensor(shape=tuple(tensor['shape']), dtype=dtype, encoding=encoding)


def builder_class(definition, archives):
    name = (definition.get('image') or definition['tensor'])['name']
    label = definition.get('label')

    class Builder(tfds.core.GeneratorBasedBuilder):
        __module__ = definition.get('moduleName', '')
        name = definition['name']
        VERSION = tfds.core.Version(definition['version'])
        # TFDS looks for the code of a builder and the files of its package, and there are none.
        code_path = None
        pkg_dir_path = tfds.core.Path(archives)

        def _info(self):
            features = {name: input_feature(definition)}
            if label is not None:
                classes = {'names': label['classNames']} if 'classNames' in label else {'num_classes': label['classes']}
                features[label['name']] = tfds.features.ClassLabel(**classes)
            return tfds.core.DatasetInfo(
                builder=self,
                description=definition['description'],
                citation=definition.get('citation'),
                homepage=definition.get('homepage'),
                features=tfds.features.FeaturesDict(features),
                supervised_keys=None if label is None else (name, label['name']),
            )

        def _split_generators(self, dl_manager):
            return {split['name']: self._generate_examples(split) for split in definition['splits']}

        def _generate_examples(self, split):
            row = 0
            for part in split.get('parts', [split]):
                rows = read_array(archives, part['images'])
                shape = (definition.get('image') or definition['tensor'])['shape']
                rows = rows.reshape((len(rows), *shape))
                if 'class' in part:
                    labels = [part['class']] * len(rows)
                elif label is not None:
                    labels = read_array(archives, part['labels'])
                    if labels.ndim > 1:
                        labels = labels[:, part['labels'].get('column', 0)]
                for at, values in enumerate(rows):
                    features = {name: values}
                    if label is not None:
                        features[label['name']] = labels[at] if 'class' in part else int(labels[at])
                    yield row, features
                    row += 1

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
