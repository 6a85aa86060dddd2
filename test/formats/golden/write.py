"""Writes the golden files of Parquet, Arrow and ArrayRecord anew, with other people's programs, beside this file.

  write.py            with the packages of test/readers/requirements-columns.txt

What the readers of this project are to make of each, `rows` or `error`, was looked at by hand and stays.
"""

import base64
import gzip
import importlib.metadata
import io
import json
import pathlib
import tempfile

import fastparquet
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from array_record.python.array_record_module import ArrayRecordWriter

HERE = pathlib.Path(__file__).parent
files = {'parquet': [], 'arrow': [], 'array-record': []}


def add(kind, package, name, data):
    packed = base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()
    files[kind].append({'name': name, 'by': f'{package} {importlib.metadata.version(package)}', 'base64': packed})


def parquet(name, table, **options):
    buffer = io.BytesIO()
    options = {'compression': 'none', 'data_page_version': '1.0', **options}
    pq.write_table(table, buffer, store_schema=False, **options)
    add('parquet', 'pyarrow', name, buffer.getvalue())


def arrow(name, table, new=pa.ipc.new_file, **options):
    buffer = io.BytesIO()
    with new(buffer, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=8)
    add('arrow', 'pyarrow', name, buffer.getvalue())


def array_record(name, options):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'file'
        writer = ArrayRecordWriter(str(path), options)
        for record in [b'one', b'', b'three' * 20]:
            writer.write(record)
        writer.close()
        add('array-record', 'array_record', name, path.read_bytes())


IMAGE = pa.struct([('bytes', pa.binary()), ('path', pa.string())])
images = [
    {'bytes': image, 'path': f'train/{row:08}.png'}
    for row, image in enumerate([b'\x89PNG one', b'\x89PNG two!', b'', b'\x89PNG two!'])
]
table = pa.table({'image': pa.array(images, IMAGE), 'label': pa.array([7, 0, 255, 7], pa.int64())})
parquet('images in a struct, plain', table, use_dictionary=False, write_statistics=False)
parquet(
    'images in a struct, by dictionaries, with page checksums, in two row groups',
    table,
    compression='snappy',
    write_page_checksum=True,
    row_group_size=3,
)
parquet('images in a struct, zstd', table, compression='zstd')
numbers = pa.table(
    {
        'tensor': pa.array([[1, 2, 3], [4, 5, 6]], pa.list_(pa.int32())),
        'f': pa.array([1.5, -0.25], pa.float32()),
        'd': pa.array([1e300, -0.0], pa.float64()),
        'u': pa.array([200, 3], pa.uint8()),
    }
)
parquet('lists and numbers', numbers)
parquet('pages of version 2', numbers.select(['f']), data_page_version='2.0', use_dictionary=False)
parquet('a null', pa.table({'a': pa.array([1, None], pa.int64())}), use_dictionary=False)
parquet('gzip', pa.table({'a': pa.array([1, 2], pa.int64())}), compression='gzip', use_dictionary=False)

buffer = io.BytesIO()
label = pl.Series([3, 1, 4, 1, 5], dtype=pl.Int64)
pl.DataFrame({'label': label, 'name': ['a', 'bc', '', 'd', 'e']}).write_parquet(buffer, compression='snappy')
add('parquet', 'polars', 'numbers and texts', buffer.getvalue())

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / 'file'
    frame = pd.DataFrame({'label': np.array([3, 1, 4], np.int64), 'x': np.array([0.5, 0.25, 1], np.float64)})
    fastparquet.write(str(path), frame, compression=None, write_index=False)
    add('parquet', 'fastparquet', 'numbers', path.read_bytes())

# Eight rows: a buffer of any of these types is then of whole 8 bytes, as our reader asks for.
eight = pa.table(
    {
        'label': pa.array(range(8), pa.int64()),
        'f': pa.array([row / 2 for row in range(8)], pa.float32()),
        'd': pa.array([row / 4 for row in range(8)], pa.float64()),
        'u': pa.array([255 - row for row in range(8)], pa.uint8()),
        'list': pa.FixedSizeListArray.from_arrays(pa.array(range(16), pa.int16()), 2),
    }
)
arrow('file of numbers and lists', eight)
arrow('stream of two batches', pa.concat_tables([eight, eight]).combine_chunks(), pa.ipc.new_stream)
arrow('compressed', eight, compression='zstd')
texts = [{'bytes': bytes([row] * 8), 'path': f'train/{row:02}'} for row in range(7)]
arrow('stream of images in a struct', pa.table({'image': pa.array(texts, IMAGE)}), pa.ipc.new_stream)
arrow('null', pa.table({'a': pa.array([1, None], pa.int64())}))

buffer = io.BytesIO()
pl.DataFrame({'label': pl.Series(range(8), dtype=pl.Int64)}).write_ipc(buffer, compression='uncompressed')
add('arrow', 'polars', 'by polars', buffer.getvalue())

array_record('array record', 'group_size:1,uncompressed')
array_record('array record, groups of two', 'group_size:2,uncompressed')

for kind, written in files.items():
    path = HERE / f'{kind}.json'
    known = {one['name']: one for one in json.loads(path.read_text())}
    for one in written:
        one.update({key: known[one['name']][key] for key in ('rows', 'error') if key in known.get(one['name'], {})})
    path.write_text(json.dumps(written, indent=2, ensure_ascii=False) + '\n')
