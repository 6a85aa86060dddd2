"""Reads the Parquet shards of a prepared data set with fastparquet; see expected_rows.py."""
import fastparquet
import numpy as np
import pandas as pd

from expected_rows import SOUGHT_LABELS, Report, parse


def columns_of(options, frame):
    read = {name: frame[name].to_numpy() for name in ('label', 'index') if name in frame.columns}
    if options.image == 'tensor':
        return {**read, 'pixels': np.array(frame['image'].tolist(), np.uint8)}
    # Groups of the schema become columns with the whole path as their names.
    return {**read, 'bytes': frame['image.bytes'].tolist(), 'path': [text_of(path) for path in frame['image.path']]}


def text_of(path):
    return path.decode() if isinstance(path, bytes) else path


def main():
    options, splits = parse()
    report = Report(fastparquet.__version__)
    for split in splits:
        frames = [fastparquet.ParquetFile(file).to_pandas(index=False) for file in split.files('parquet')]
        report.compare('ParquetFile', 'parquet', split, columns_of(options, pd.concat(frames)))
        # Filtering rows is nothing that it does with lists: it takes their items for rows.
        for label in SOUGHT_LABELS if options.image == 'png' else ():
            sought = [('label', '==', label)]
            frames = [
                fastparquet.ParquetFile(file).to_pandas(index=False, filters=sought, row_filter=True)
                for file in split.files('parquet')
            ]
            found = columns_of(options, pd.concat(frames))
            report.compare(f'ParquetFile, label = {label}', 'parquet', split, found, split.places_of(label))
    report.print()


main()
