"""Reads the Arrow and Parquet shards of a prepared data set with PyArrow; see expected_rows.py.

Beside the rows: that every table is valid and has exactly the schema that it should, that mapping an Arrow file takes no
memory, that tensors become a NumPy array which lies in the mapped file, and that Parquet's statistics are right.
"""
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet as pq

from expected_rows import SOUGHT_LABELS, Report, parse


def expected_schema(options, split):
    height, width = split.images.shape[1:]
    png = pa.struct([('bytes', pa.binary()), ('path', pa.string())])
    tensor = pa.list_(pa.uint8(), height * width) if options.tensors == 'list' else pa.fixed_shape_tensor(pa.uint8(), [height, width, 1])
    image = png if options.image == 'png' else tensor
    index = [('index', pa.int64())] if options.index else []
    return pa.schema([('image', image), ('label', pa.int64()), *index])


def expected_metadata(options, split):
    """What Hugging Face datasets reads; of Arrow's type for tensors it has no notion."""
    if options.image == 'tensor' and options.tensors == 'extension':
        return {}
    samples = {'feature': {'dtype': 'uint8', '_type': 'Value'}, 'length': split.images[0].size, '_type': 'Sequence'}
    image = samples if options.image == 'tensor' else {'_type': 'Image'}
    features = {'image': image, 'label': {'names': options.class_names, '_type': 'ClassLabel'}}
    if options.index:
        features['index'] = {'dtype': 'int64', '_type': 'Value'}
    return {'huggingface': {'info': {'features': features}}}


def columns_of(table):
    columns = {name: table[name].to_numpy() for name in table.column_names if name != 'image'}
    chunks = table['image'].chunks
    if isinstance(table.schema.field('image').type, (pa.FixedShapeTensorType, pa.FixedSizeListType)):
        arrays = [tensor_of(chunk) for chunk in chunks]
        return {**columns, 'pixels': np.concatenate(arrays) if arrays else np.empty(0, np.uint8)}
    parts = {name: [value for chunk in chunks for value in chunk.field(name).to_pylist()] for name in ('bytes', 'path')}
    return {**columns, **parts}


def tensor_of(chunk):
    """The samples of a record batch's images, as an array with a row for each: a view and no copy."""
    if isinstance(chunk, pa.FixedShapeTensorArray):
        return chunk.to_numpy_ndarray()
    return chunk.flatten().to_numpy(zero_copy_only=True).reshape(len(chunk), chunk.type.list_size)


def check_table(report, options, split, file, table):
    table.validate(full=True)
    report.check(table.schema.equals(expected_schema(options, split)), file, 'has the schema', table.schema)
    # ARROW:schema is for Arrow's Parquet reader, which takes it out of what it hands on.
    metadata = {key.decode(): json.loads(value) for key, value in (table.schema.metadata or {}).items()}
    report.check(metadata == expected_metadata(options, split), file, 'has the metadata', metadata)
    nulls = {name: table[name].null_count for name in table.column_names}
    report.check(not any(nulls.values()), file, 'has nulls', nulls)


def check_statistics(report, split, file, start):
    """Smallest and largest of each row group, against the rows themselves."""
    parquet = pq.ParquetFile(file)
    for group in range(parquet.num_row_groups):
        row_group = parquet.metadata.row_group(group)
        end = start + row_group.num_rows
        values = {
            'label': split.labels[start:end].tolist(),
            'index': split.index[start:end].tolist(),
            'image.path': split.paths[start:end],
            'image.bytes': encoded_images(parquet.read_row_group(group)),
            'image.list.element': [int(split.images[start:end].min()), int(split.images[start:end].max())],
        }
        for position in range(row_group.num_columns):
            column = row_group.column(position)
            path = column.path_in_schema
            name = f'{file}, row group {group}, {path}:'
            check_bounds(report, name, column.statistics, values[path])
            check_page_index(report, name, column)
        start = end
    fields = [parquet.schema.column(i) for i in range(len(parquet.schema))]
    report.check(all(field.max_definition_level >= 1 for field in fields), file, 'has required fields')
    return start


def encoded_images(table):
    return columns_of(table).get('bytes')


def check_page_index(report, name, column):
    """That every column has both indexes. What stands in them is for those who use them."""
    has = (column.has_offset_index, column.has_column_index)
    report.check(has == (True, True), name, 'lacks an index of pages', has)


def check_bounds(report, name, statistics, values):
    low, high = min(values), max(values)
    report.check(statistics.has_min_max and statistics.null_count == 0, name, 'statistics', statistics)
    if isinstance(low, (str, bytes)):
        # Long values may be cut: the smallest to a beginning of it, the largest to something larger.
        report.check(statistics.min <= low and low.startswith(statistics.min), name, 'min', statistics.min, low)
        report.check(statistics.max >= high and high[:8] == statistics.max[:8], name, 'max', statistics.max, high)
    else:
        report.check((statistics.min, statistics.max) == (low, high), name, statistics.min, statistics.max, low, high)


def read_parquet(report, options, split):
    files = split.files('parquet')
    start, tables = 0, []
    for file, bounds in zip(files, split.bounds()):
        table = pq.ParquetFile(file, page_checksum_verification=True).read()
        check_table(report, options, split, file, table)
        start = check_statistics(report, split, file, start)
        report.check(start == bounds[1], file, 'ends at row', start)
        tables.append(table)
    whole = pa.concat_tables(tables)
    report.compare('parquet.ParquetFile', 'parquet', split, columns_of(whole))
    dataset = pa.dataset.dataset(files, format='parquet')
    report.compare('dataset.dataset', 'parquet', split, columns_of(dataset.to_table()))
    for label in SOUGHT_LABELS:
        found = dataset.to_table(filter=pa.compute.field('label') == label)
        report.compare(f'dataset, label = {label}', 'parquet', split, columns_of(found), split.places_of(label))
    return whole


class Mapping:
    """Where in memory a mapped file lies."""

    def __init__(self, source):
        source.seek(0)
        self.buffer = source.read_buffer()

    def holds(self, address, size):
        return self.buffer.address <= address and address + size <= self.buffer.address + self.buffer.size


def read_arrow_file(report, options, split):
    tables = []
    for file, (start, end) in zip(split.files('arrow'), split.bounds()):
        source = pa.memory_map(file)
        table = pa.ipc.open_file(source).read_all()
        mapped = Mapping(source)
        buffers = [buffer for column in table.columns for chunk in column.chunks for buffer in chunk.buffers() if buffer]
        report.check(all(mapped.holds(buffer.address, buffer.size) for buffer in buffers), file, 'is copied when mapped')
        report.check(table.num_rows == end - start, file, 'has rows', table.num_rows)
        check_table(report, options, split, file, table)
        if options.image == 'tensor':
            check_tensor(report, options, split, file, table, mapped)
        tables.append(table)
    whole = pa.concat_tables(tables)
    report.compare('ipc.open_file, mapped', 'arrow', split, columns_of(whole))
    feather = pa.concat_tables([pa.feather.read_table(file, memory_map=False) for file in split.files('arrow')])
    report.compare('feather.read_table', 'arrow', split, columns_of(feather))
    dataset = pa.dataset.dataset(split.files('arrow'), format='ipc')
    report.compare('dataset.dataset', 'arrow', split, columns_of(dataset.to_table()))
    return whole


def check_tensor(report, options, split, file, table, mapped):
    """That NumPy's array of each record batch lies in the mapped file."""
    shape = (*split.images.shape[1:], 1) if options.tensors == 'extension' else (split.images[0].size,)
    for chunk in table['image'].chunks:
        array = tensor_of(chunk)
        address = array.__array_interface__['data'][0]
        report.check(mapped.holds(address, array.nbytes), file, 'is copied to NumPy')
        report.check(array.shape == (len(chunk), *shape), file, 'has the shape', array.shape)


def read_arrow_stream(report, options, split):
    tables = []
    for file in split.files('arrow'):
        with pa.OSFile(file) as source:
            table = pa.ipc.open_stream(source).read_all()
        check_table(report, options, split, file, table)
        tables.append(table)
    whole = pa.concat_tables(tables)
    report.compare('ipc.open_stream', 'arrow', split, columns_of(whole))
    return whole


def main():
    options, splits = parse()
    report = Report(pa.__version__)
    for split in splits:
        tables = []
        if 'parquet' in options.formats:
            tables.append(read_parquet(report, options, split))
        if 'arrow' in options.formats:
            tables.append((read_arrow_stream if options.arrow_stream else read_arrow_file)(report, options, split))
        same = all(table.equals(tables[0]) for table in tables)
        report.check(same, split.name, 'is another table in Parquet than in Arrow')
    report.print()


main()
