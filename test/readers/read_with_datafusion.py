"""Reads the Arrow and Parquet shards of a prepared data set with DataFusion; see expected_rows.py.

It is strict with Parquet's page indexes: it reads the columns' at once, and refuses a file in which one cannot be read.
"""
import random

import datafusion
import numpy as np
import pyarrow as pa

from expected_rows import SOUGHT_LABELS, Report, parse


def columns_of(options, batches):
    if not batches:
        empty = np.empty(0, np.int64)
        return {'label': empty, 'index': empty, 'bytes': [], 'path': []}
    table = pa.Table.from_batches(batches)
    read = {name: table[name].to_numpy() for name in table.column_names if name != 'image'}
    chunks = table['image'].chunks
    if options.image == 'tensor':
        lists = [getattr(chunk, 'storage', chunk).flatten().to_numpy() for chunk in chunks]
        return {**read, 'pixels': np.concatenate(lists)}
    parts = {name: [value for chunk in chunks for value in chunk.field(name).to_pylist()] for name in ('bytes', 'path')}
    return {**read, **parts}


def context():
    """One partition, for the rows to come in order; filters go down to the pages."""
    config = datafusion.SessionConfig({
        'datafusion.execution.target_partitions': '1',
        'datafusion.execution.parquet.enable_page_index': 'true',
        'datafusion.execution.parquet.pushdown_filters': 'true',
    })
    return datafusion.SessionContext(config)


def check_lookups(report, options, ctx, split, table):
    def answer(query):
        return pa.Table.from_batches(ctx.sql(query).collect()).to_pylist()

    bounds = answer(f"SELECT min(image['path']) AS low, max(image['path']) AS high FROM {table}")
    report.check(bounds == [{'low': min(split.paths), 'high': max(split.paths)}], split.name, 'bounds of image.path:', bounds)
    for place in random.Random(3).choices(range(split.rows), k=min(options.lookups, 50)):
        path = split.paths[place]
        found = ctx.sql(f"SELECT * FROM {table} WHERE image['path'] = '{path}'").collect()
        equal = split.equal_rows([place], columns_of(options, found)) if found else 0
        report.check(equal == 1, split.name, 'lost', path)


def main():
    options, splits = parse()
    report = Report(datafusion.__version__)
    for split in splits:
        for format in options.formats:
            # It reads Arrow's file format only.
            if format == 'arrow' and options.arrow_stream:
                continue
            ctx = context()
            parts = []
            for shard, file in enumerate(split.files(format)):
                register = ctx.register_parquet if format == 'parquet' else ctx.register_arrow
                register(f'shard_{shard}', file)
                parts += ctx.sql(f'SELECT * FROM shard_{shard}').collect()
            report.compare('SELECT *', format, split, columns_of(options, parts))
            tables = [f'shard_{shard}' for shard in range(options.shards)]
            for label in SOUGHT_LABELS:
                found = [part for table in tables for part in ctx.sql(f'SELECT * FROM {table} WHERE label = {label}').collect()]
                report.compare(f'WHERE label = {label}', format, split, columns_of(options, found), split.places_of(label))
            if options.image == 'png':
                union = ' UNION ALL '.join(f'SELECT * FROM {table}' for table in tables)
                check_lookups(report, options, ctx, split, f'({union})')
    report.print()


main()
