"""Data sets of IDX files of any type, as readers should find them.

A data set is {"directory": ..., "definition": path, "archives": folder}; its only split is `train`.
"""
import hashlib
import json
import os

import numpy as np
from idx import read_idx


class EveryIdx:
    """The rows of a data set in TFDS's order, and its labels, if any."""

    def __init__(self, prepared):
        with open(prepared['definition'], encoding='utf-8') as file:
            definition = json.load(file)
        [split] = definition['splits']
        self.directory = prepared['directory']
        self.name = definition['name']
        self.is_image = 'image' in definition
        feature = definition['image'] if self.is_image else definition['tensor']
        self.input = feature['name']
        self.shape = tuple(feature['shape'])
        rows = read_idx(os.path.join(prepared['archives'], split['images']['file']))
        order = sorted(range(len(rows)), key=lambda row: hashlib.md5(f'train{row}'.encode()).digest())
        self.values = rows.reshape((len(rows), *self.shape))[order]
        self.dtype = self.values.dtype
        self.labels = None
        if 'labels' in split:
            self.labels = read_idx(os.path.join(prepared['archives'], split['labels']['file']))[order].astype(np.int64)
        self.rows = len(rows)

    def files(self, ending):
        names = sorted(name for name in os.listdir(self.directory) if name.endswith(ending))
        return [os.path.join(self.directory, name) for name in names]

    def equal_rows(self, values, labels, expected=None):
        """How many rows are the expected ones, to the bit: type, shape, every value, and the label."""
        expected = self.values if expected is None else expected
        values = np.asarray(values)
        if values.dtype != self.dtype or values.shape != expected.shape or (labels is None) != (self.labels is None):
            return f'{values.dtype} {values.shape}, labels {labels is not None}'
        same = bits(values) == bits(expected)
        if labels is not None:
            same &= np.asarray(labels) == self.labels
        return int(same.sum())


def bits(values):
    rows = np.ascontiguousarray(values).reshape(len(values), -1)
    return np.array([row.tobytes() for row in rows], dtype=object)
