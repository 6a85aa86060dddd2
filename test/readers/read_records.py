"""Reads the TFRecord and array_record shards of a prepared data set without TFDS, and holds every example against the IDX archives;
see expected_rows.py. `tfrecord` of PyPI reads TFRecord, and Grain array_record, in order and shuffled.
"""
from importlib.metadata import version
from itertools import chain
import os

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import grain.python as grain
import numpy as np
import tfrecord
from tfrecord import example_pb2

from expected_rows import Report, decoded, parse


def files_of(split, format):
    shards = split.options.shards
    folder, dataset = split.options.directory, split.options.dataset
    return [os.path.join(folder, f'{dataset}-{split.name}.{format}-{shard:05d}-of-{shards:05d}') for shard in range(shards)]


def columns_of(examples):
    pixels = np.array([decoded(bytes(png)) for png, _ in examples])
    return {'pixels': pixels, 'label': np.array([label for _, label in examples], np.int64)}


def with_tfrecord(split):
    description = {'image': 'byte', 'label': 'int'}
    loaders = [tfrecord.tfrecord_loader(file, None, description) for file in files_of(split, 'tfrecord')]
    return [(example['image'], int(example['label'][0])) for example in chain(*loaders)]


def example_of(record):
    feature = example_pb2.Example.FromString(record).features.feature
    return feature['image'].bytes_list.value[0], feature['label'].int64_list.value[0]


def with_grain(source, shuffle):
    sampler = grain.IndexSampler(len(source), grain.NoSharding(), shuffle=shuffle, num_epochs=1, seed=1)
    keys = [metadata.record_key for metadata in sampler_records(sampler, len(source))]
    return keys, [example_of(record) for record in grain.DataLoader(data_source=source, sampler=sampler, worker_count=0)]


def sampler_records(sampler, count):
    return [sampler[index] for index in range(count)]


def main():
    options, splits = parse()
    report = Report(f'tfrecord {version("tfrecord")}, grain {version("grain")}')
    for split in splits:
        report.compare('tfrecord_loader', 'tfrecord', split, columns_of(with_tfrecord(split)))
        source = grain.ArrayRecordDataSource(files_of(split, 'array_record'))
        for shuffle in False, True:
            keys, examples = with_grain(source, shuffle)
            report.check(sorted(keys) == list(range(split.rows)), split.name, 'Grain leaves out rows')
            report.check((keys == sorted(keys)) != shuffle, split.name, 'Grain does not shuffle')
            how = 'DataLoader, shuffled' if shuffle else 'DataLoader'
            report.compare(how, 'array_record', split, columns_of(examples), keys)
    report.print()


main()
