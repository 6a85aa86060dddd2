"""Reads IDX files, plain or gzipped, and NPY files."""

import gzip

import numpy as np

ELEMENTS = {8: 'u1', 9: 'i1', 11: '>i2', 12: '>i4', 13: '>f4', 14: '>f8'}


def read_idx(path):
    """All elements of a file, in the machine's own order of bytes."""
    if path.endswith('.npy'):
        elements = np.load(path)
        return elements.astype(elements.dtype.newbyteorder('='), copy=False)
    with open(path, 'rb') as file:
        zipped = file.read(2) == b'\x1f\x8b'
    with gzip.open(path) if zipped else open(path, 'rb') as file:
        return parse_idx(file.read())


def parse_idx(data):
    """All elements in a file's bytes, in the machine's own order of bytes."""
    dimensions = data[3]
    shape = np.frombuffer(data, '>u4', dimensions, 4)
    elements = np.frombuffer(data, ELEMENTS[data[2]], offset=4 + 4 * dimensions).reshape(shape)
    return elements.astype(elements.dtype.newbyteorder('='), copy=False)
