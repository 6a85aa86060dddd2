"""Has the TFDS that is installed write the data set `older`, made up of arithmetic, below a folder, and prints its version.

Usage: write_older_tfds.py DATA_DIR IDX_DIR

IDX_DIR gets the same rows as IDX files, `train-images`, `train-labels`, `test-images` and `test-labels`.
"""

import contextlib
import os
import struct
import sys

import numpy as np
import tensorflow_datasets as tfds

SPLITS = {'train': 20, 'test': 5}
NAMES = ['a', 'b', 'c', 'd']
VERSION = tuple(int(part) for part in tfds.__version__.split('.')[:2])


def image(row):
    return (np.arange(64) * (row + 7) % 256).astype(np.uint8).reshape(8, 8, 1)


class Older(tfds.core.GeneratorBasedBuilder):
    """Images and labels."""

    VERSION = tfds.core.Version('1.0.0')

    def _info(self):
        features = {
            'image': tfds.features.Image(shape=(8, 8, 1)),
            'label': tfds.features.ClassLabel(names=NAMES),
        }
        return tfds.core.DatasetInfo(
            builder=self,
            description='Older.',
            features=tfds.features.FeaturesDict(features),
            supervised_keys=('image', 'label'),
            homepage='https://example.org/',
            citation='@misc{older}',
        )

    def _split_generators(self, dl_manager):
        if VERSION >= (4, 1):
            return {name: self._generate_examples(rows) for name, rows in SPLITS.items()}
        return [
            tfds.core.SplitGenerator(name=name, gen_kwargs={'rows': rows}) for name, rows in SPLITS.items()
        ]

    def _generate_examples(self, rows):
        for row in range(rows):
            yield row, {'image': image(row), 'label': row % len(NAMES)}


def write_idx(path, shape, data):
    head = bytes([0, 0, 8, len(shape)]) + b''.join(struct.pack('>I', length) for length in shape)
    with open(path, 'wb') as file:
        file.write(head + data)


def main(data_dir, idx_dir):
    if VERSION < (4, 0):
        # What is known of a data set is looked up on the web, and there is no option to leave it.
        from tensorflow_datasets.core.utils import gcs_utils

        gcs_utils.gcs_dataset_info_files = lambda *_: None
        gcs_utils.is_dataset_on_gcs = lambda *_: False
    with contextlib.redirect_stdout(sys.stderr):
        Older(data_dir=data_dir).download_and_prepare()
    for name, rows in SPLITS.items():
        images = b''.join(image(row).tobytes() for row in range(rows))
        write_idx(os.path.join(idx_dir, f'{name}-images'), (rows, 8, 8), images)
        write_idx(os.path.join(idx_dir, f'{name}-labels'), (rows,), bytes(row % len(NAMES) for row in range(rows)))
    print(f'"{tfds.__version__}"')


if __name__ == '__main__':
    main(*sys.argv[1:])
