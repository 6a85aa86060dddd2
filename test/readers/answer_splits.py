"""Says what TFDS makes of splits: which examples of which split, and of which shards.

Usage: answer_splits.py QUESTIONS

QUESTIONS is a JSON file: a list of data sets, each with `splits`, the lengths of the shards of each split by its name, and
`specs`. A spec is an expression, or an object that stands for a ReadInstruction, for a part of even_splits, or for a sum, as
in src/load/split-spec.ts. Prints one line of JSON: for each data set a list with, for each spec, `refused`, the class of what
was raised, or `slices`, [split, from, to], and `shards`, [split, number, skip, take]; `shards` is missing where TFDS cannot
tell them.
"""
import functools
import json
import operator
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import tensorflow_datasets as tfds
from absl import logging
from tensorflow_datasets.core import naming, splits as splits_lib

logging.set_verbosity(logging.ERROR)


def build(spec):
    if isinstance(spec, str):
        return splits_lib.AbstractSplit.from_spec(spec)
    if 'sum' in spec:
        return functools.reduce(operator.add, [build(one) for one in spec['sum']])
    if 'of' in spec:
        parts = tfds.even_splits(build(spec['of']), spec['parts'], drop_remainder=spec['dropRemainder'])
        return parts[spec['part']]
    return tfds.core.ReadInstruction(
        spec['split'],
        from_=spec.get('from'),
        to=spec.get('to'),
        unit=spec.get('unit', 'abs'),
        rounding=spec.get('rounding', 'closest'),
    )


def answer(spec, infos):
    try:
        absolute = build(spec).to_absolute({info.name: info for info in infos})
    except Exception as error:
        return {'refused': type(error).__name__}
    rows = {info.name: info.num_examples for info in infos}
    slices = [
        [one.splitname, one.from_ or 0, rows[one.splitname] if one.to is None else one.to] for one in absolute
    ]
    try:
        files = splits_lib._make_file_instructions(split_infos=infos, instruction=build(spec))
    except Exception:
        return {'slices': slices}
    numbers = {str(path): (info.name, shard) for info in infos for shard, path in enumerate(info.filepaths)}
    return {'slices': slices, 'shards': [[*numbers[file.filename], file.skip, file.take] for file in files]}


def split_infos(splits):
    template = naming.ShardedFileTemplate(
        data_dir='/data', template=naming.DEFAULT_FILENAME_TEMPLATE, dataset_name='made', filetype_suffix='tfrecord'
    )
    return [
        splits_lib.SplitInfo(name=name, shard_lengths=lengths, num_bytes=0, filename_template=template.replace(split=name))
        for name, lengths in splits.items()
    ]


def main(questions):
    answers = []
    with open(questions) as file:
        for dataset in json.load(file):
            infos = split_infos(dataset['splits'])
            answers.append([answer(spec, infos) for spec in dataset['specs']])
    print(json.dumps(answers))


main(*sys.argv[1:])
