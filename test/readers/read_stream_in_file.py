"""Reads what follows the magic number of Arrow files as a stream, which it is (Arrow columnar format, "IPC File Format"), and holds
every row against the IDX archives; see expected_rows.py.
"""
import io
from importlib.metadata import version

import arro3.io
import nanoarrow
import numpy as np
import pyarrow as pa
from nanoarrow.ipc import InputStream

from expected_rows import Report, parse

READERS = {
    f'pyarrow {pa.__version__}': lambda stream: pa.ipc.open_stream(stream).read_all().to_pylist(),
    f'nanoarrow {nanoarrow.__version__}': lambda stream: nanoarrow.ArrayStream(InputStream.from_readable(stream)).read_all().to_pylist(),
    f'arro3 {version("arro3-io")}': lambda stream: pa.table(arro3.io.read_ipc_stream(stream).read_all()).to_pylist(),
}


def stream_in(file):
    with open(file, 'rb') as source:
        source.seek(8)
        return io.BytesIO(source.read())


def columns_of(options, rows):
    read = {name: np.array([row[name] for row in rows], np.int64) for name in ('label', 'index') if name in rows[0]}
    images = [row['image'] for row in rows]
    if options.image == 'tensor':
        return {**read, 'pixels': np.array(images, np.uint8)}
    return {**read, 'bytes': [image['bytes'] for image in images], 'path': [image['path'] for image in images]}


def main():
    options, splits = parse()
    report = Report(', '.join(READERS))
    for split in splits:
        for reader, rows_of in READERS.items():
            try:
                rows = [row for file in split.files('arrow') for row in rows_of(stream_in(file))]
                report.compare(reader.split()[0], 'arrow', split, columns_of(options, rows))
            except Exception as error:
                report.check(False, split.name, reader, repr(error)[:200])
    report.print()


main()
