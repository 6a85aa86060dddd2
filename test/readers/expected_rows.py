"""What the columns of a prepared data set must hold, from the IDX archives alone, and the comparison with what a tool read.

Not a script: the scripts `read_with_*.py` share it. Each of them is called with

    SCRIPT DIRECTORY ARCHIVES DATASET SPLIT=PREFIX... [--shards N] [--formats F,F] [--image tensor] [--tensors extension] [--index] [--arrow-stream]

where PREFIX begins the names of a split's two archives (train=train test=t10k for MNIST) and the options are those that the
data set was prepared with. It prints one line of JSON: the tool's `version`, one entry of `readings` for each way in which a
split was read, with how many rows were expected, came, and were equal in all columns; and `faults`, which should be empty.

The order of the rows is that of TensorFlow Datasets: ascending by the 128 bits of MD5 of the split's name and the row.
"""
import argparse
import functools
import hashlib
import io
import json
import os

import numpy as np
from PIL import Image
from idx import read_idx


@functools.cache
def decoded(png):
    """The samples of a gray image, decoded by libpng's code; the same image comes from many readings."""
    with Image.open(io.BytesIO(png)) as image:
        assert (image.format, image.mode) == ('PNG', 'L'), (image.format, image.mode)
        return np.asarray(image)


# Labels to filter by: one that is there, and one that no row has.
SOUGHT_LABELS = (7, 10)


class Split:
    """A split as it should come, and the names of the files that hold it."""

    def __init__(self, options, name, prefix):
        images = read_idx(os.path.join(options.archives, f'{prefix}-images-idx3-ubyte.gz'))
        labels = read_idx(os.path.join(options.archives, f'{prefix}-labels-idx1-ubyte.gz'))
        order = sorted(range(len(images)), key=lambda row: hashlib.md5(f'{name}{row}'.encode()).digest())
        self.name = name
        self.options = options
        self.rows = len(order)
        self.index = np.array(order, np.int64)
        self.images = images[order]
        self.labels = labels[order].astype(np.int64)
        self.paths = [f'{name}/{row:08d}.png' for row in order]

    def places_of(self, label):
        """The places of the rows with a label."""
        return np.flatnonzero(self.labels == label)

    def files(self, format):
        """The paths of the split's shards, in order; each must be there."""
        folder, dataset, shards = self.options.directory, self.options.dataset, self.options.shards
        names = [f'{dataset}-{self.name}-{shard:05d}-of-{shards:05d}.{format}' for shard in range(shards)]
        return [os.path.join(folder, name) for name in names]

    def bounds(self):
        """Where in the order each shard begins and ends. Python's round is the one that TensorFlow Datasets uses."""
        shards = self.options.shards
        edges = [round(self.rows * shard / shards) for shard in range(shards + 1)]
        return list(zip(edges, edges[1:]))

    def equal_rows(self, places, read):
        """How many of the rows that were read are, in all columns, those of the order's `places`.

        `read` has `label`, `index` where the data set has that column, and either `pixels` or `bytes` and `path`.
        """
        rows = len(read['label'])
        size = self.images[0].size
        places = np.asarray(places)[:rows]
        labels = np.asarray(read['label'])
        if labels.dtype != np.int64 or rows > len(places):
            return 0
        same = labels == self.labels[places]
        if self.options.index:
            same &= np.asarray(read['index']) == self.index[places]
        if 'pixels' in read:
            pixels = np.asarray(read['pixels'])
        else:
            pixels = np.array([decoded(png) for png in read['bytes']], np.uint8)
            same &= np.array([path == self.paths[place] for path, place in zip(read['path'], places)], bool)
        if pixels.dtype != np.uint8 or pixels.size != rows * size:
            return 0
        same &= (pixels.reshape(rows, size) == self.images[places].reshape(rows, size)).all(axis=1)
        return int(same.sum())


class Report:
    """Gathers what a script says."""

    def __init__(self, version):
        self.version = version
        self.readings = []
        self.faults = []

    def compare(self, how, format, split, read, places=None):
        """Notes how a reading compares with the whole split, or with some places of its order."""
        places = range(split.rows) if places is None else places
        self.readings.append({
            'how': how,
            'format': format,
            'split': split.name,
            'expected': len(places),
            'rows': len(read['label']),
            'equal': split.equal_rows(places, read),
        })

    def check(self, right, *fault):
        """Notes a fault where something is not as it must be."""
        if not right:
            self.faults.append(' '.join(str(part) for part in fault))

    def print(self):
        print(json.dumps({'version': self.version, 'readings': self.readings, 'faults': self.faults}))


def parse():
    """The options of a script, and the splits that they name."""
    parser = argparse.ArgumentParser()
    parser.add_argument('directory')
    parser.add_argument('archives')
    parser.add_argument('dataset')
    parser.add_argument('splits', nargs='+', metavar='SPLIT=PREFIX')
    parser.add_argument('--shards', type=int, default=1)
    parser.add_argument('--formats', default='arrow,parquet')
    parser.add_argument('--image', choices=['png', 'tensor'], default='png')
    parser.add_argument('--tensors', choices=['list', 'extension'], default='list')
    parser.add_argument('--index', action='store_true')
    parser.add_argument('--arrow-stream', action='store_true')
    parser.add_argument('--class-names', type=json.loads, default=[str(label) for label in range(10)])
    parser.add_argument('--lookups', type=int, default=2000)
    options = parser.parse_args()
    options.formats = options.formats.split(',')
    return options, [Split(options, *pair.split('=')) for pair in options.splits]
