"""Writes PNGs as TensorFlow's tf.io.encode_png makes them.

Usage: encode_png.py FOLDER

Makes images of several shapes and contents, of 1 to 4 channels, of 8 and of 16 bits, from a fixed seed. Writes each as
FOLDER/N.png, its samples as FOLDER/N.raw, little-endian, and prints one line of JSON: a list of their forms by N.
"""
import json
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import numpy as np
import tensorflow as tf

SHAPES = [(28, 28), (1, 1), (1, 13), (13, 1), (64, 48), (200, 301)]


def contents(random, shape, most):
    """Noise, nothing, a slope, and dots on nothing."""
    yield random.integers(0, most + 1, shape)
    yield np.zeros(shape)
    yield (np.indices(shape).sum(axis=0) * 37) % (most + 1)
    yield random.integers(0, most + 1, shape) * (random.random(shape) < 0.1)


def main(folder):
    random = np.random.default_rng(8)
    forms = []
    for dtype in (np.uint8, np.uint16):
        for channels in (1, 2, 3, 4):
            for height, width in SHAPES:
                for image in contents(random, (height, width, channels), np.iinfo(dtype).max):
                    image = image.astype(dtype)
                    path = os.path.join(folder, str(len(forms)))
                    tf.io.write_file(path + '.png', tf.io.encode_png(image))
                    image.astype(image.dtype.newbyteorder('<')).tofile(path + '.raw')
                    forms.append(
                        {'height': height, 'width': width, 'channels': channels, 'depth': 8 * dtype().itemsize}
                    )
    print(json.dumps(forms))


main(*sys.argv[1:])
