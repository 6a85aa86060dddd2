"""Reads files of arrays, IDX or NPY, plain, gzipped or members of a zip, as a definition names them."""

import gzip
import io
import os
import zipfile

import numpy as np

from idx import parse_idx


def read_array(folder, archive):
    """All elements of a file, in the machine's own order of bytes."""
    path = os.path.join(folder, archive['file'])
    if 'member' in archive:
        with zipfile.ZipFile(path) as file:
            data = file.read(archive['member'])
    else:
        with open(path, 'rb') as file:
            data = file.read()
    if data[:2] == b'\x1f\x8b':
        data = gzip.decompress(data)
    if data[:6] != b'\x93NUMPY':
        return parse_idx(data)
    array = np.load(io.BytesIO(data), allow_pickle=False)
    return array.astype(array.dtype.newbyteorder('='), copy=False)
