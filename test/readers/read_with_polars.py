"""Reads the Arrow and Parquet shards of a prepared data set with Polars; see expected_rows.py."""
import random

import numpy as np
import polars as pl

from expected_rows import SOUGHT_LABELS, Report, parse


def columns_of(options, frame):
    read = {name: frame[name].to_numpy() for name in frame.columns if name != 'image'}
    if options.image == 'tensor':
        return {**read, 'pixels': np.array(frame['image'].to_list(), np.uint8)}
    image = frame['image'].struct
    return {**read, 'bytes': image.field('bytes').to_list(), 'path': image.field('path').to_list()}


def check_schema(report, options, split, format, schema):
    image = pl.Struct({'bytes': pl.Binary, 'path': pl.String})
    if options.image == 'tensor':
        image = pl.Array(pl.UInt8, split.images[0].size)
    if options.image == 'tensor' and options.tensors == 'extension':
        # Polars keeps Arrow's extension types that it does not know, by their names.
        report.check(schema['image'].ext_name() == 'arrow.fixed_shape_tensor', split.name, format, 'has images', schema['image'])
        schema = {**schema, 'image': schema['image'].ext_storage()}
    expected = {'image': image, 'label': pl.Int64, **({'index': pl.Int64} if options.index else {})}
    report.check(dict(schema) == expected, split.name, format, 'has the schema', dict(schema))


def check_filters(report, options, split, format, scanned):
    """Filters that go down to the files: by label, and of some rows by their paths."""
    for label in SOUGHT_LABELS:
        found = scanned.filter(pl.col('label') == label).collect()
        report.compare(f'scan, label = {label}', format, split, columns_of(options, found), split.places_of(label))
    bounds = scanned.select(pl.col('label').min().alias('low'), pl.col('label').max().alias('high')).collect().row(0)
    report.check(bounds == (split.labels.min(), split.labels.max()), split.name, format, 'bounds of labels:', bounds)
    if options.image == 'tensor':
        return
    path, image = (pl.col('image').struct.field(name) for name in ('path', 'bytes'))
    bounds = scanned.select(path.min().alias('low'), path.max().alias('high')).collect().row(0)
    report.check(bounds == (min(split.paths), max(split.paths)), split.name, format, 'bounds of image.path:', bounds)
    for place in random.Random(2).choices(range(split.rows), k=min(options.lookups, 100)):
        found = scanned.filter(path == split.paths[place]).collect()
        equal = split.equal_rows([place], columns_of(options, found))
        same_image = scanned.filter(image == found['image'][0]['bytes']).collect() if equal == 1 else found
        report.check(equal == 1 and split.paths[place] in columns_of(options, same_image)['path'], split.name, format, 'lost row', place)


def main():
    options, splits = parse()
    report = Report(pl.__version__)
    for split in splits:
        if 'parquet' in options.formats:
            files = split.files('parquet')
            frame = pl.read_parquet(files)
            check_schema(report, options, split, 'parquet', frame.schema)
            report.compare('read_parquet', 'parquet', split, columns_of(options, frame))
            scanned = pl.scan_parquet(f'{options.directory}/{options.dataset}-{split.name}-*.parquet')
            report.compare('scan_parquet, glob', 'parquet', split, columns_of(options, scanned.collect()))
            check_filters(report, options, split, 'parquet', scanned)
        if 'arrow' not in options.formats:
            continue
        files = split.files('arrow')
        if options.arrow_stream:
            frame = pl.concat([pl.read_ipc_stream(file) for file in files])
            report.compare('read_ipc_stream', 'arrow', split, columns_of(options, frame))
        else:
            # Polars maps uncompressed files of itself.
            frame = pl.concat([pl.read_ipc(file) for file in files])
            report.compare('read_ipc', 'arrow', split, columns_of(options, frame))
            scanned = pl.scan_ipc(files)
            report.compare('scan_ipc', 'arrow', split, columns_of(options, scanned.collect()))
            check_filters(report, options, split, 'arrow', scanned)
        check_schema(report, options, split, 'arrow', frame.schema)
    report.print()


main()
