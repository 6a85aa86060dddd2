"""Reads the Arrow streams of a prepared data set with nanoarrow, which has its own decoder of IPC; see expected_rows.py."""
import nanoarrow
import numpy as np
from nanoarrow.ipc import InputStream

from expected_rows import Report, parse


def columns_of(options, rows):
    read = {name: np.array([row[name] for row in rows], np.int64) for name in ('label', 'index') if name in rows[0]}
    images = [row['image'] for row in rows]
    if options.image == 'tensor':
        return {**read, 'pixels': np.array(images, np.uint8)}
    return {**read, 'bytes': [image['bytes'] for image in images], 'path': [image['path'] for image in images]}


def rows_of(file):
    with nanoarrow.ArrayStream(InputStream.from_path(file)) as stream:
        return stream.read_all().to_pylist()


def main():
    options, splits = parse()
    report = Report(nanoarrow.__version__)
    for split in splits:
        if options.arrow_stream:
            rows = [row for file in split.files('arrow') for row in rows_of(file)]
            report.compare('InputStream', 'arrow', split, columns_of(options, rows))
    report.print()


main()
