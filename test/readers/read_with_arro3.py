"""Reads the Arrow and Parquet shards of a prepared data set with arro3, which is Rust's own arrow-rs; see expected_rows.py."""
from importlib.metadata import version

import arro3.io
import numpy as np
import pyarrow as pa

from expected_rows import Report, parse


def columns_of(options, readers):
    # pyarrow only takes over what arrow-rs has read, and lists it.
    table = pa.concat_tables([pa.table(reader.read_all()) for reader in readers])
    read = {name: table[name].to_numpy() for name in table.column_names if name != 'image'}
    image = table['image'].combine_chunks()
    if options.image == 'tensor':
        samples = image.storage if isinstance(image, pa.ExtensionArray) else image
        return {**read, 'pixels': samples.flatten().to_numpy()}
    return {**read, 'bytes': image.field('bytes').to_pylist(), 'path': image.field('path').to_pylist()}


def main():
    options, splits = parse()
    report = Report(version('arro3-io'))
    read_arrow = arro3.io.read_ipc_stream if options.arrow_stream else arro3.io.read_ipc
    for split in splits:
        parquet = [arro3.io.read_parquet(file) for file in split.files('parquet')]
        report.compare('read_parquet', 'parquet', split, columns_of(options, parquet))
        arrow = [read_arrow(file) for file in split.files('arrow')]
        report.compare(read_arrow.__name__, 'arrow', split, columns_of(options, arrow))
    report.print()


main()
