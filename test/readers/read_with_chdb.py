"""Reads the Arrow and Parquet shards of a prepared data set with chdb, which is ClickHouse; see expected_rows.py."""
import chdb
import numpy as np
import pyarrow as pa

from expected_rows import SOUGHT_LABELS, Report, parse

# One thread, so that the rows come in the order of the file; and text as bytes, for ClickHouse has one type for both.
SETTINGS = 'SETTINGS max_threads = 1, output_format_arrow_string_as_string = 0, schema_inference_make_columns_nullable = 0'


def columns_of(options, tables):
    table = pa.concat_tables(tables).combine_chunks()
    read = {name: table[name].to_numpy() for name in table.column_names if name in ('label', 'index')}
    if options.image == 'tensor':
        return {**read, 'pixels': np.array(table['image'].to_pylist(), np.uint8)}
    return {**read, 'bytes': table['bytes'].to_pylist(), 'path': [path.decode() for path in table['path'].to_pylist()]}


def select(options, files, format, where=''):
    image = 'image' if options.image == 'tensor' else "tupleElement(image, 'bytes') AS bytes, tupleElement(image, 'path') AS path"
    index = ', index' if options.index else ''
    query = f'SELECT {image}, label{index} FROM file(%r, {format}) {where} {SETTINGS}'
    return columns_of(options, [chdb.query(query % file, 'ArrowTable') for file in files])


def main():
    options, splits = parse()
    report = Report(chdb.__version__)
    arrow = 'ArrowStream' if options.arrow_stream else 'Arrow'
    # ClickHouse has known fixed-size lists since some version between 3.1 and 3.4 of chdb.
    is_read = options.image == 'png' or int(chdb.__version__.split('.')[0]) >= 4
    for split in splits if is_read else ():
        report.compare('file, Parquet', 'parquet', split, select(options, split.files('parquet'), 'Parquet'))
        for label in SOUGHT_LABELS:
            found = select(options, split.files('parquet'), 'Parquet', f'WHERE label = {label}')
            report.compare(f'file, Parquet, label = {label}', 'parquet', split, found, split.places_of(label))
        report.compare(f'file, {arrow}', 'arrow', split, select(options, split.files('arrow'), arrow))
    report.print()


main()
