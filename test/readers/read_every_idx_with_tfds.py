"""Reads data sets of IDX files of any type with the real TensorFlow Datasets, and holds every value against the files.

Usage: read_every_idx_with_tfds.py DATASETS, which is JSON: a list of what every_idx.py describes. Prints one line of JSON.
"""
import json
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import numpy as np
import tensorflow_datasets as tfds

from every_idx import EveryIdx

IN_ORDER = tfds.ReadConfig(interleave_cycle_length=1)


def read(prepared):
    every = EveryIdx(prepared)
    builder = tfds.builder_from_directory(every.directory)
    examples = list(tfds.as_numpy(builder.as_dataset(split='train', read_config=IN_ORDER)))
    values = np.stack([np.asarray(example[every.input]) for example in examples])
    labels = None if 'label' not in examples[0] else [example['label'] for example in examples]
    expected = every.values
    if every.dtype == np.float32:
        # A FloatList takes its values from Python's doubles, which makes signaling NaNs quiet.
        expected = expected.astype(np.float64).astype(np.float32)
    if every.dtype == np.float16:
        # TensorFlow makes halves of a FloatList, and of every NaN the same one.
        values, expected = (np.where(np.isnan(halves), np.float16(np.nan), halves) for halves in (values, expected))
    return {'name': every.name, 'rows': len(examples), 'equal': every.equal_rows(values, labels, expected)}


print(json.dumps([read(prepared) for prepared in json.loads(sys.argv[1])]))
