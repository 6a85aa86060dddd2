"""Reads the Parquet shards of a prepared data set with DuckDB; see expected_rows.py.

Beside the rows: what simple queries answer, and that equality look-ups, for which DuckDB leaves out row groups by their
statistics, find exactly the row that they ask for.
"""
import random

import duckdb
import numpy as np

from expected_rows import SOUGHT_LABELS, Report, parse


def columns_of(options, relation):
    """All rows of a relation, columns as expected_rows.py wants them."""
    rows = relation.fetchnumpy()
    read = {'label': rows['label'], **({'index': rows['index']} if options.index else {})}
    if options.image == 'tensor':
        return {**read, 'pixels': np.array(rows['image'].tolist(), np.uint8)}
    return {**read, 'bytes': [image['bytes'] for image in rows['image']], 'path': [image['path'] for image in rows['image']]}


def check_answers(report, database, split, shards):
    def answer(query):
        return database.execute(query.replace('SHARDS', shards)).fetchall()

    counts = answer('SELECT label, count(*) FROM SHARDS GROUP BY label ORDER BY label')
    labels, expected = np.unique(split.labels, return_counts=True)
    report.check(counts == list(zip(labels.tolist(), expected.tolist())), split.name, 'counts by label:', counts)
    sevens = answer('SELECT count(*) FROM SHARDS WHERE label = 7')
    report.check(sevens == [(int((split.labels == 7).sum()),)], split.name, 'rows with label 7:', sevens)
    bounds = answer('SELECT min(label), max(label) FROM SHARDS')
    report.check(bounds == [(split.labels.min(), split.labels.max())], split.name, 'bounds of labels:', bounds)


def check_text_and_binary(report, database, split, shards, lookups):
    """Smallest and largest, which may come from statistics that are cut short; and look-ups of rows taken at random."""
    query = f'SELECT min(image.path), max(image.path), min(image.bytes), max(image.bytes) FROM {shards}'
    images = [row[0] for row in database.execute(f'SELECT image.bytes FROM {shards}').fetchall()]
    expected = (min(split.paths), max(split.paths), min(images), max(images))
    report.check(database.execute(query).fetchone() == expected, split.name, 'bounds of image.path or image.bytes')
    places = random.Random(1).choices(range(split.rows), k=lookups)
    at = {}
    for place, image in enumerate(images):
        at.setdefault(image, []).append(split.paths[place])
    for field, value_of, found_of in [
        ('path', lambda place: split.paths[place], lambda place: [split.paths[place]]),
        ('bytes', lambda place: images[place], lambda place: at[images[place]]),
    ]:
        query = f'SELECT image.path FROM {shards} WHERE image.{field} = ?'
        found = [[row[0] for row in database.execute(query, [value_of(place)]).fetchall()] for place in places]
        lost = sum(paths != found_of(place) for paths, place in zip(found, places))
        report.check(lost == 0, split.name, 'lost', lost, 'of', lookups, 'look-ups of', field)


def check_schema(report, options, database, split, shards):
    image = 'STRUCT(bytes BLOB, path VARCHAR)' if options.image == 'png' else 'UTINYINT[]'
    expected = [('image', image), ('label', 'BIGINT'), *([('index', 'BIGINT')] if options.index else [])]
    schema = [row[:2] for row in database.execute(f'DESCRIBE SELECT * FROM {shards}').fetchall()]
    report.check(schema == expected, split.name, 'has the schema', schema)


def main():
    options, splits = parse()
    report = Report(duckdb.__version__)
    database = duckdb.connect(config={'threads': 2})
    for split in splits:
        shards = f'read_parquet({split.files("parquet")})'
        check_schema(report, options, database, split, shards)
        report.compare('read_parquet', 'parquet', split, columns_of(options, database.execute(f'SELECT * FROM {shards}')))
        glob = f"'{options.directory}/{options.dataset}-{split.name}-*.parquet'"
        report.compare('FROM a glob', 'parquet', split, columns_of(options, database.execute(f'FROM {glob}')))
        for label in SOUGHT_LABELS:
            found = columns_of(options, database.execute(f'FROM {glob} WHERE label = {label}'))
            report.compare(f'WHERE label = {label}', 'parquet', split, found, split.places_of(label))
        check_answers(report, database, split, shards)
        if options.image == 'png':
            check_text_and_binary(report, database, split, shards, options.lookups)
    report.print()


main()
