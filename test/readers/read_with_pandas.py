"""Reads the Arrow and Parquet shards of a prepared data set with pandas; see expected_rows.py."""
import numpy as np
import pandas as pd

from expected_rows import Report, parse


def columns_of(options, frame):
    read = {name: frame[name].to_numpy() for name in frame.columns if name != 'image'}
    if options.image == 'tensor':
        return {**read, 'pixels': np.array(frame['image'].tolist(), np.uint8)}
    # A struct is a dictionary in each row.
    images = frame['image']
    return {**read, 'bytes': [image['bytes'] for image in images], 'path': [image['path'] for image in images]}


def main():
    options, splits = parse()
    report = Report(pd.__version__)
    for split in splits:
        for format, how, read in [('parquet', 'read_parquet', pd.read_parquet), ('arrow', 'read_feather', pd.read_feather)]:
            # Feather is Arrow's file format, and not its stream format.
            if format not in options.formats or (format == 'arrow' and options.arrow_stream):
                continue
            frame = pd.concat([read(file) for file in split.files(format)], ignore_index=True)
            report.check(list(frame.columns)[:2] == ['image', 'label'], split.name, format, 'has columns', list(frame.columns))
            report.check(list(frame.index) == list(range(split.rows)), split.name, format, 'has another index than its rows')
            report.compare(how, format, split, columns_of(options, frame))
    report.print()


main()
