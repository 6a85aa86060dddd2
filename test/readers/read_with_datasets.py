"""Reads the Arrow and Parquet shards of a prepared data set with Hugging Face datasets; see expected_rows.py.

Beside the rows: that images, tensors and class names are known as such, without being told. Nothing is fetched, and what the library
caches goes with the script.
"""
import os
import tempfile

os.environ.update(HF_HUB_OFFLINE='1', HF_DATASETS_OFFLINE='1', HF_HUB_DISABLE_TELEMETRY='1')
cache = tempfile.TemporaryDirectory()
os.environ['HF_HOME'] = cache.name

import datasets
import numpy as np

from expected_rows import Report, parse

READS_FILES = not datasets.__version__.startswith('2.14.')


def columns_of(options, dataset):
    read = dataset.with_format('numpy', columns=[name for name in dataset.column_names if name != 'image'])[:]
    images = dataset.with_format(None)
    if options.image == 'tensor':
        return {**read, 'pixels': np.array(images[:]['image'], np.uint8)}
    # As a user gets them, decoded by the library; the paths, as they are stored.
    pixels = np.stack([np.asarray(image) for image in images['image']])
    paths = [image['path'] for image in images.cast_column('image', datasets.Image(decode=False))['image']]
    return {**read, 'pixels': pixels, 'stored paths': paths}


def tensor_features(options, split):
    """Images as samples; the library has to be told so where they are of Arrow's extension type, which it refuses."""
    image = getattr(datasets, 'List', datasets.Sequence)(datasets.Value('uint8'), length=split.images[0].size)
    features = {'image': image, 'label': datasets.ClassLabel(names=options.class_names)}
    return datasets.Features({**features, **({'index': datasets.Value('int64')} if options.index else {})})


def check_features(report, options, split, how, features):
    label = features['label']
    expected = ['image', 'label', *(['index'] if options.index else [])]
    report.check(list(features) == expected, split.name, how, 'has columns', list(features))
    if options.image == 'png':
        report.check(features['image'] == datasets.Image(), split.name, how, 'has images of type', features['image'])
        is_class = isinstance(label, datasets.ClassLabel) and label.names == options.class_names
        report.check(is_class, split.name, how, 'has labels of type', label)
    else:
        report.check(features == tensor_features(options, split), split.name, how, 'has features', features)


def read(report, options, split, how, format, dataset):
    check_features(report, options, split, how, dataset.features)
    columns = columns_of(options, dataset)
    if options.image == 'png':
        report.check(columns['stored paths'] == split.paths, split.name, how, 'has other paths')
        image = dataset[0]['image']
        report.check((image.format, image.mode) == ('PNG', 'L'), split.name, how, 'has images', image.format, image.mode)
    report.compare(how, format, split, columns)


def main():
    options, splits = parse()
    report = Report(datasets.__version__)
    # Version 2.14 has it by another name, has no `List`, and reads no Arrow files but streams.
    getattr(datasets, 'disable_progress_bars', getattr(datasets, 'disable_progress_bar', None))()
    is_extension = options.image == 'tensor' and options.tensors == 'extension'
    formats = options.formats if options.arrow_stream or READS_FILES else ['parquet']
    for format in formats:
        files = {split.name: split.files(format) for split in splits}
        told = {'features': tensor_features(options, splits[0])} if is_extension else {}
        loaded = datasets.load_dataset(format, data_files=files, cache_dir=cache.name, **told)
        for split in splits:
            read(report, options, split, f"load_dataset('{format}')", format, loaded[split.name])
            if format == 'parquet':
                streamed = datasets.load_dataset(format, data_files=files, split=split.name, streaming=True, **told)
                labels = [example['label'] for example in streamed]
                report.check(labels == split.labels.tolist(), split.name, 'streams other labels')
    if 'arrow' in options.formats and options.arrow_stream and not is_extension:
        for split in splits:
            mapped = datasets.concatenate_datasets([datasets.Dataset.from_file(file) for file in split.files('arrow')])
            read(report, options, split, 'Dataset.from_file', 'arrow', mapped)
    report.print()


main()
