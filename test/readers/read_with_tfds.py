"""Reads a prepared data set with the real TensorFlow Datasets and holds every example against the IDX archives.

Usage: read_with_tfds.py DATA_DIR ARCHIVES NAME VERSION SPLIT=PREFIX...

PREFIX begins the names of a split's two archives (train=train test=t10k for MNIST). Each split, and each expression over
splits, is read in order and compared row by row with the archives in the order that TFDS's rule gives, which is computed
here from the rule itself. `equal` counts the examples whose pixels, label and id are all as expected. Prints one line of
JSON; what the numbers must be is for the caller to say.
"""
import hashlib
import json
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import numpy as np
import tensorflow_datasets as tfds
from idx import read_idx

# Shard after shard, not 16 of them interleaved; and each example says from which file it comes, and where in it it stood.
IN_ORDER = tfds.ReadConfig(interleave_cycle_length=1, add_tfds_id=True)


class Split:
    """A split as it should come: its rows in TFDS's order, each with its id."""

    def __init__(self, archives, dataset, name, prefix, shard_lengths):
        images = read_idx(os.path.join(archives, f'{prefix}-images-idx3-ubyte.gz'))
        labels = read_idx(os.path.join(archives, f'{prefix}-labels-idx1-ubyte.gz'))
        order = sorted(range(len(images)), key=lambda row: hashlib.md5(f'{name}{row}'.encode()).digest())
        self.images = images[order][..., np.newaxis]
        self.labels = labels[order].astype(np.int64)
        shards = len(shard_lengths)
        self.ids = np.array([
            f'{dataset}-{name}.tfrecord-{shard:05d}-of-{shards:05d}__{place}'.encode()
            for shard, length in enumerate(shard_lengths) for place in range(length)
        ])
        self.rows = len(images)
        self.first_shard = shard_lengths[0]

    def slice(self, start, stop):
        return self.images[start:stop], self.labels[start:stop], self.ids[start:stop]


def compare(dataset, expected):
    """How many examples came, and how many of them are the expected ones at their places."""
    images, labels, ids = expected
    examples = equal = 0
    for batch in tfds.as_numpy(dataset.batch(1000)):
        size = len(batch['label'])
        place = slice(examples, examples + size)
        examples += size
        if batch['image'].shape[1:] != images.shape[1:] or batch['image'].dtype != images.dtype:
            continue
        if batch['label'].dtype != labels.dtype or len(labels[place]) != size:
            continue
        same_pixels = (batch['image'] == images[place]).all(axis=(1, 2, 3))
        equal += int((same_pixels & (batch['label'] == labels[place]) & (batch['tfds_id'] == ids[place])).sum())
    return {'expected': len(labels), 'examples': examples, 'equal': equal}


def expressions(splits):
    """Expressions over the splits, each with the examples that it should give; the last split bears the most."""
    for name, split in splits.items():
        rows = split.rows
        yield name, split.slice(0, rows)
        yield f'{name}[:10%]', split.slice(0, round(10 * rows / 100))
        yield f'{name}[-5%:]', split.slice(rows - round(5 * rows / 100), rows)
    yield f'{name}[33%:66%]', split.slice(round(33 * rows / 100), round(66 * rows / 100))
    yield f'{name}[{rows - 77}:]', split.slice(rows - 77, rows)
    yield f'{name}[:1shard]', split.slice(0, split.first_shard)
    parts = [split.slice(0, split.rows) for split in splits.values()]
    yield '+'.join(splits), tuple(np.concatenate(columns) for columns in zip(*parts))


def describe(info):
    """What TFDS makes of the manifest, as plain values."""
    image, label = info.features['image'], info.features['label']
    return {
        'fullName': info.full_name,
        'description': info.description,
        'citation': info.citation,
        'homepage': info.homepage,
        'downloadSize': int(info.download_size),
        'datasetSize': int(info.dataset_size),
        'supervisedKeys': list(info.supervised_keys),
        'features': sorted(info.features),
        'image': [type(image).__name__, list(image.shape), np.dtype(image.np_dtype).name],
        'label': [type(label).__name__, list(label.shape), np.dtype(label.np_dtype).name],
        'classNames': label.names,
        'splits': {
            name: {'rows': split.num_examples, 'bytes': int(split.num_bytes), 'shards': list(split.shard_lengths)}
            for name, split in info.splits.items()
        },
    }


def supervised_pair(builder, split):
    """The types of what `as_supervised` gives."""
    image, label = builder.as_dataset(split=split, as_supervised=True).element_spec
    return [list(image.shape), image.dtype.name, list(label.shape), label.dtype.name]


def main(data_dir, archives, name, version, *pairs):
    builder = tfds.builder_from_directory(os.path.join(data_dir, name, version))
    splits = {
        split: Split(archives, name, split, prefix, builder.info.splits[split].shard_lengths)
        for split, prefix in (pair.split('=') for pair in pairs)
    }
    report = {
        'info': describe(builder.info),
        'supervised': supervised_pair(builder, next(iter(splits))),
        'read': {
            expression: compare(builder.as_dataset(split=expression, shuffle_files=False, read_config=IN_ORDER), expected)
            for expression, expected in expressions(splits)
        },
    }
    # A name that TFDS has code of its own for is read through that too; nothing may be fetched for it.
    if name in tfds.list_builders():
        report['loaded'] = {
            split: compare(
                tfds.load(name, split=split, data_dir=data_dir, download=False, shuffle_files=False, read_config=IN_ORDER),
                expected.slice(0, expected.rows),
            )
            for split, expected in splits.items()
        }
    print(json.dumps(report))


main(*sys.argv[1:])
