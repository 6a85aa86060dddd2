"""Opens directories by their cards with Hugging Face datasets, as `load_dataset(DIR)` and nothing more.

Usage: read_card_with_datasets.py DIR...

Prints a line of JSON: by directory, what is known of each split. Nothing is fetched, and what the library caches goes with the script.
"""
import hashlib
import json
import os
import sys
import tempfile

os.environ.update(HF_HUB_OFFLINE='1', HF_DATASETS_OFFLINE='1', HF_HUB_DISABLE_TELEMETRY='1')
cache = tempfile.TemporaryDirectory()
os.environ['HF_HOME'] = cache.name

import datasets
import numpy as np

getattr(datasets, 'disable_progress_bars', getattr(datasets, 'disable_progress_bar', None))()


def described(feature):
    if isinstance(feature, datasets.Image):
        return 'image'
    if isinstance(feature, datasets.ClassLabel):
        return feature.names
    if isinstance(feature, datasets.Value):
        return feature.dtype
    return [feature.feature.dtype, feature.length]


def samples(value, feature):
    """The samples of an image or a tensor, in the order in which IDX has them."""
    if isinstance(feature, datasets.Image):
        return np.asarray(value)
    return np.asarray(value, getattr(feature, 'feature', feature).dtype)


def digest(split):
    """Of the samples of all rows, of some 1,000 where there are more."""
    name = split.column_names[0]
    hashed = hashlib.sha256()
    for example in split.select(range(0, len(split), max(1, len(split) // 1000))):
        hashed.update(samples(example[name], split.features[name]).tobytes())
    return hashed.hexdigest()


def read(directory):
    splits = datasets.load_dataset(directory, cache_dir=cache.name)
    return {
        name: {
            'rows': split.num_rows,
            'features': {column: described(feature) for column, feature in split.features.items()},
            'labels': list(split['label']) if 'label' in split.features else None,
            'samples': digest(split),
        }
        for name, split in splits.items()
    }


print(json.dumps({directory: read(directory) for directory in sys.argv[1:]}))
