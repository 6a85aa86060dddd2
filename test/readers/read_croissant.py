"""Validates a Croissant file with mlcroissant and loads rows of every set of records.

Usage: read_croissant.py CROISSANT ROWS

Prints one line of JSON: the errors and warnings that mlcroissant has, and of each set of records its first ROWS rows; an image
is the sum of its samples, and its size.
"""
import itertools
import json
import sys

import mlcroissant
import numpy as np
from PIL import Image

path, rows = sys.argv[1], int(sys.argv[2])


def plain(value):
    if isinstance(value, Image.Image):
        return {'size': list(value.size), 'sum': int(np.asarray(value, np.int64).sum())}
    if isinstance(value, (list, np.ndarray)):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return value.decode()
    return value.item() if isinstance(value, np.generic) else value


dataset = mlcroissant.Dataset(jsonld=path)
issues = dataset.metadata.ctx.issues
sets = {}
for record_set in dataset.metadata.record_sets:
    records = itertools.islice(dataset.records(record_set.id), rows)
    sets[record_set.id] = [{name.split('/')[-1]: plain(value) for name, value in record.items()} for record in records]
print(json.dumps({'errors': sorted(issues.errors), 'warnings': sorted(issues.warnings), 'sets': sets}))
