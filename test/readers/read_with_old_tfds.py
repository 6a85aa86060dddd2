"""Reads a prepared directory with the TFDS that is installed, and prints a line of JSON.

Usage: read_with_old_tfds.py DIR

By split: the labels in order, and the SHA-256 of all images' samples in order.
"""
import hashlib
import json
import sys

import tensorflow_datasets as tfds

builder = tfds.builder_from_directory(sys.argv[1])
# One shard after the other.
IN_ORDER = tfds.ReadConfig(interleave_cycle_length=1)


def read(split):
    labels, samples = [], hashlib.sha256()
    for example in tfds.as_numpy(builder.as_dataset(split=split, read_config=IN_ORDER)):
        labels.append(int(example['label']))
        samples.update(example['image'].tobytes())
    return {'labels': labels, 'samples': samples.hexdigest()}


print(json.dumps({'version': tfds.__version__, 'splits': {name: read(name) for name in builder.info.splits}}))
