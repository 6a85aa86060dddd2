"""Has TFDS's own builders of MNIST's family write their manifests, without data: what they say of splits that are given.

Usage: write_family_manifests.py OUT DATASETS

DATASETS is a file of JSON, {"emnist/letters": {"mirror": URL, "splits": [{"name", "numBytes", "shardLengths"}]}}. Writes what
TFDS writes to OUT, as it lies in a `data_dir`, and prints the archives that TFDS has recorded of each under that URL:
[[url, bytes, sha256]].
"""
import json
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import tensorflow_datasets as tfds
from tensorflow_datasets.core import dataset_builder


def write_manifests(out, name, mirror, splits):
    builder = tfds.builder(name, data_dir=out)
    directory = builder.data_path
    directory.mkdir(parents=True)
    template = lambda split: tfds.core.ShardedFileTemplate(
        data_dir=directory, dataset_name=builder.name, split=split, filetype_suffix='tfrecord'
    )
    builder.info.set_splits(tfds.core.SplitDict([
        tfds.core.SplitInfo(
            name=split['name'],
            num_bytes=split['numBytes'],
            shard_lengths=split['shardLengths'],
            filename_template=template(split['name']),
        )
        for split in splits
    ]))
    # Its recorded archives are those of all versions there were, and some stand there again with `?download=1` behind their URL.
    archives = [
        [url, info.size, info.checksum]
        for url, info in builder.url_infos.items()
        if url.startswith(mirror) and '?' not in url
    ]
    builder.info.download_size = sum(size for _, size, _ in archives)
    builder.info.write_to_directory(directory)
    if builder.BUILDER_CONFIGS:
        dataset_builder._save_default_config_name(
            common_dir=directory.parent.parent,
            default_config_name=builder.get_default_builder_config().name,
        )
    return archives


def main(out, datasets):
    with open(datasets, encoding='utf8') as file:
        given = json.load(file)
    print(json.dumps({name: write_manifests(out, name, **dataset) for name, dataset in given.items()}))


main(*sys.argv[1:])
