"""Reads a split with TFDS, example by example, images decoded, as its own guide does, and measures the loop alone.

Usage: load_with_tfds.py DIRECTORY SPLIT

Prints one line of JSON: rows, and seconds of wall and of CPU time (user and system, all threads).
"""
import json
import os
import resource
import sys
import time

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import tensorflow_datasets as tfds


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(directory, split):
    dataset = tfds.builder_from_directory(directory).as_dataset(split=split, shuffle_files=False)
    rows, start, cpu = 0, time.perf_counter(), cpu_seconds()
    for _ in tfds.as_numpy(dataset):
        rows += 1
    wall = time.perf_counter() - start
    print(json.dumps({'rows': rows, 'wallSeconds': wall, 'cpuSeconds': cpu_seconds() - cpu}))


main(*sys.argv[1:])
