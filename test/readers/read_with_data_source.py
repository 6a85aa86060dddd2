"""Reads a prepared data set with TFDS's random access to array_record and holds every example against the IDX archives.

Usage: read_with_data_source.py DATA_DIR ARCHIVES NAME VERSION SPLIT=PREFIX...

PREFIX begins the names of a split's two archives (train=train test=t10k for MNIST). Each split is read from its last example
to its first, and a part of it in one call out of order. `equal` counts the examples whose pixels and label are those of
the row at their place by TFDS's rule; `together`, of the one call, likewise. Prints one line of JSON.
"""
import hashlib
import json
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import numpy as np
import tensorflow_datasets as tfds
from idx import read_idx


def is_row(example, image, label):
    found = example['image']
    return (
        sorted(example) == ['image', 'label']
        and found.dtype == np.uint8
        and found.shape == (*image.shape, 1)
        and (found[..., 0] == image).all()
        and int(example['label']) == int(label)
    )


def compare(source, archives, name, prefix):
    images = read_idx(os.path.join(archives, f'{prefix}-images-idx3-ubyte.gz'))
    labels = read_idx(os.path.join(archives, f'{prefix}-labels-idx1-ubyte.gz'))
    order = sorted(range(len(images)), key=lambda row: hashlib.md5(f'{name}{row}'.encode()).digest())
    equal = sum(
        is_row(source[place], images[order[place]], labels[order[place]]) for place in reversed(range(len(source)))
    )
    # 7919 is a prime and divides no number of rows here, so no place comes twice.
    places = [i * 7919 % len(order) for i in range(500)]
    together = sum(
        is_row(example, images[order[place]], labels[order[place]])
        for place, example in zip(places, source.__getitems__(places), strict=True)
    )
    return {'expected': len(order), 'examples': len(source), 'equal': equal, 'together': together}


def main(data_dir, archives, name, version, *pairs):
    builder = tfds.builder_from_directory(os.path.join(data_dir, name, version))
    report = {
        'format': builder.info.file_format.value,
        'alternatives': [file_format.value for file_format in builder.info.alternative_file_formats],
        'read': {
            split: compare(builder.as_data_source(split), archives, split, prefix)
            for split, prefix in (pair.split('=') for pair in pairs)
        },
    }
    print(json.dumps(report))


main(*sys.argv[1:])
