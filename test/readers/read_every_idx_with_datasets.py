"""Reads the Parquet shards of data sets of tensors with Hugging Face datasets, without being told of their features, and
holds every value against the arrays that they were made from.

Usage: read_every_idx_with_datasets.py DATASETS, which is JSON: a list of what every_idx.py describes. Prints one line of JSON.
"""
import json
import os
import sys
import tempfile

os.environ.update(HF_HUB_OFFLINE='1', HF_DATASETS_OFFLINE='1', HF_HUB_DISABLE_TELEMETRY='1')
cache = tempfile.TemporaryDirectory()
os.environ['HF_HOME'] = cache.name

import datasets

from every_idx import EveryIdx

datasets.disable_progress_bars()


def value_type(feature):
    return getattr(feature, 'feature', feature).dtype


def read(prepared):
    every = EveryIdx(prepared)
    files = every.files('.parquet')
    loaded = datasets.load_dataset('parquet', data_files=files, split='train', cache_dir=cache.name)
    column = loaded.data.table[every.input].combine_chunks()
    flat = column.flatten() if every.shape != () else column
    values = flat.to_numpy(zero_copy_only=False).reshape((-1, *every.shape))
    labels = None if every.labels is None else loaded['label'][:]
    return {
        'name': every.name,
        'dtype': value_type(loaded.features[every.input]),
        'equal': every.equal_rows(values, labels),
    }


print(json.dumps([read(prepared) for prepared in json.loads(sys.argv[1])]))
