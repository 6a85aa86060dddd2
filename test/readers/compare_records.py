"""Compares the TFRecord files of two prepared data sets, record by record, as TensorFlow reads them (checksums too).

Usage: compare_records.py OURS THEIRS FILE...

TFDS writes the map of an Example's features in an order that differs from process to process. So each of their records is
also serialized anew with the map in the order of names, which is the order of ours: `sameBytes` counts the records whose
bytes are then equal, `sameFeatures` those that say the same. `inOrderOfNames` counts those of their records that stood in
that order to begin with. Prints one line of JSON.
"""
import json
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import tensorflow as tf


def records(path):
    return list(tf.data.TFRecordDataset(path).as_numpy_iterator())


def compare(ours, theirs):
    same_features = same_bytes = in_order = 0
    for our_bytes, their_bytes in zip(ours, theirs):
        example = tf.train.Example.FromString(their_bytes)
        canonical = example.SerializeToString(deterministic=True)
        same_features += tf.train.Example.FromString(our_bytes) == example
        same_bytes += our_bytes == canonical
        in_order += their_bytes == canonical
    return {
        'ours': len(ours),
        'theirs': len(theirs),
        'sameFeatures': same_features,
        'sameBytes': same_bytes,
        'inOrderOfNames': in_order,
    }


def main(ours, theirs, *files):
    print(json.dumps({
        file: compare(records(os.path.join(ours, file)), records(os.path.join(theirs, file))) for file in files
    }))


main(*sys.argv[1:])
