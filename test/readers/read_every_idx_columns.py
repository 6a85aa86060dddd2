"""Reads the Arrow and Parquet shards of data sets of tensors with pyarrow, DuckDB and Polars, and holds every value against
the IDX files that they were made from.

Usage: read_every_idx_columns.py DATASETS, which is JSON: a list of what every_idx.py describes. Prints one line of JSON: for
each data set how many rows each reading has right, and faults.
"""
import json
import sys

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from every_idx import EveryIdx


def lists_of(every, column):
    """Values of an Arrow column with their lists, to the bit."""
    flat = column.combine_chunks()
    if isinstance(flat, pa.ChunkedArray):
        flat = flat.chunk(0)
    if isinstance(flat, pa.ExtensionArray):
        flat = flat.storage
    if every.shape != ():
        assert pa.types.is_fixed_size_list(flat.type), flat.type
        flat = flat.flatten()
    return flat.to_numpy(zero_copy_only=False).reshape((-1, *every.shape))


def with_pyarrow(every, faults):
    parquet = pa.concat_tables([pq.read_table(file) for file in every.files('.parquet')])
    arrow = pa.concat_tables([pa.ipc.open_file(file).read_all() for file in every.files('.arrow')])
    for format, table in ('parquet', parquet), ('arrow', arrow):
        table.validate(full=True)
        kind = table.schema.field(every.input).type
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        if every.shape != () and kind != pa.list_(pa.from_numpy_dtype(every.dtype), every.values[0].size):
            faults.append(f'{every.name}: {format} has {kind}')
        labels = None if every.labels is None else table['label'].to_numpy()
        yield f'pyarrow, {format}', lists_of(every, table[every.input]), labels


def with_duckdb(every, faults):
    query = f'SELECT * FROM read_parquet({every.files(".parquet")})'
    table = duckdb.connect().execute(query).to_arrow_table()
    column = table[every.input].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0)
    values = column.flatten() if every.shape != () else column
    labels = None if every.labels is None else table['label'].to_numpy()
    values = values.to_numpy(zero_copy_only=False)
    # DuckDB has no halves, and gives floats.
    values = values.astype(np.float16) if every.dtype == np.float16 else values
    yield 'duckdb', values.reshape((-1, *every.shape)), labels


def with_polars(every, faults):
    for format, frame in ('parquet', pl.read_parquet(every.files('.parquet'))), ('arrow', pl.concat([pl.read_ipc(file) for file in every.files('.arrow')])):
        values = frame[every.input].to_arrow()
        if isinstance(values, pa.ExtensionArray):
            values = values.storage
        if every.shape != ():
            values = values.flatten()
        labels = None if every.labels is None else frame['label'].to_numpy()
        yield f'polars, {format}', values.to_numpy(zero_copy_only=False).reshape((-1, *every.shape)), labels


def check_statistics(every, faults):
    """Bounds of each row group are those of its values; where a NaN is among them, there are none."""
    start = 0
    for file in every.files('.parquet'):
        metadata = pq.ParquetFile(file).metadata
        for group in range(metadata.num_row_groups):
            rows = metadata.row_group(group).num_rows
            values = every.values[start:start + rows]
            start += rows
            statistics = metadata.row_group(group).column(0).statistics
            expected = None if np.isnan(values).any() else (values.min(), values.max())
            found = (statistics.min, statistics.max) if statistics.has_min_max else None
            if found is not None and every.dtype == np.float16:
                found = tuple(np.frombuffer(bound, np.float16)[0] for bound in found)
            if found != expected:
                faults.append(f'{every.name}: bounds {found}, not {expected}')
            if found is not None and every.dtype.kind == 'f' and expected[0] == 0 and not np.signbit(found[0]):
                faults.append(f'{every.name}: the least is +0')


def check_lookups(every, faults):
    """Filters on scalars, which go by the statistics of pages and row groups."""
    source = f'read_parquet({every.files(".parquet")})'
    database = duckdb.connect()
    scanned = pl.scan_parquet(every.files('.parquet'))
    values = every.values
    for wanted in sorted({values[0].item(), values[1].item(), np.nanmin(values).item(), np.nanmax(values).item(), 0.0 if every.dtype.kind == 'f' else 0}):
        if wanted != wanted:
            continue
        expected = int((values == wanted).sum())
        found = database.execute(f'SELECT count(*) FROM {source} WHERE {every.input} = ?::{duckdb_type(every)}', [wanted]).fetchone()[0]
        lazily = scanned.filter(pl.col(every.input) == pl.lit(wanted, dtype=getattr(pl, polars_type(every)))).collect().height
        if (found, lazily) != (expected, expected):
            faults.append(f'{every.name}: {wanted!r} found {found} and {lazily} times, not {expected}')
    if every.dtype.kind == 'f':
        # NaN is the greatest of all to both.
        expected = int((np.isnan(values) | (values > 1)).sum())
        found = database.execute(f'SELECT count(*) FROM {source} WHERE {every.input} > 1').fetchone()[0]
        if found != expected:
            faults.append(f'{every.name}: {found} above 1, not {expected}')


TYPES = {
    'bool': ('BOOLEAN', 'Boolean'),
    'uint8': ('UTINYINT', 'UInt8'),
    'int8': ('TINYINT', 'Int8'),
    'uint16': ('USMALLINT', 'UInt16'),
    'int16': ('SMALLINT', 'Int16'),
    'uint32': ('UINTEGER', 'UInt32'),
    'int32': ('INTEGER', 'Int32'),
    'uint64': ('UBIGINT', 'UInt64'),
    'int64': ('BIGINT', 'Int64'),
    'float16': ('FLOAT', 'Float16'),
    'float32': ('FLOAT', 'Float32'),
    'float64': ('DOUBLE', 'Float64'),
}


def duckdb_type(every):
    return TYPES[every.dtype.name][0]


def polars_type(every):
    return TYPES[every.dtype.name][1]


def main():
    faults, readings = [], {}
    for prepared in json.loads(sys.argv[1]):
        every = EveryIdx(prepared)
        right = {}
        for read in with_pyarrow, with_duckdb, with_polars:
            for how, values, labels in read(every, faults):
                right[how] = every.equal_rows(values, labels)
        readings[every.name] = right
        check_statistics(every, faults)
        if every.shape == ():
            check_lookups(every, faults)
    print(json.dumps({'readings': readings, 'faults': faults}))


main()
