"""Reads an array_record shard with array_record's own readers and prints what they find, as one line of JSON.

Usage: read_array_record.py SHARD

`count` is the number of records, `sha256` the checksum over all of them, each behind its length as a little-endian u64,
`options` what the writer noted of itself, and `rewritten` the checksum of the file that array_record's own writer makes of
the same records, uncompressed in groups of one. The records are read in order, in one parallel call, and one by one from
the last to the first: where these differ, the script fails.
"""

import hashlib
import json
import os
import sys
import tempfile

from array_record.python import array_record_data_source, array_record_module


def checksum(records):
    sha256 = hashlib.sha256()
    for record in records:
        sha256.update(len(record).to_bytes(8, "little"))
        sha256.update(record)
    return sha256.hexdigest()


def read_in_order(path):
    reader = array_record_module.ArrayRecordReader(path)
    records = [reader.read() for _ in range(reader.num_records())]
    options = reader.writer_options_string()
    if not reader.ok():
        raise SystemExit(f"{path}: the reader is not well after the last record")
    reader.close()
    return records, options


def read_in_parallel(path):
    reader = array_record_module.ArrayRecordReader(path)
    records = reader.read_all()
    reader.close()
    return records


def read_at_random(path):
    with array_record_data_source.ArrayRecordDataSource(path) as source:
        records = [source[index] for index in reversed(range(len(source)))]
    return records[::-1]


def rewritten(records):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "shard")
        writer = array_record_module.ArrayRecordWriter(path, "group_size:1,uncompressed")
        for record in records:
            writer.write(record)
        writer.close()
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def main():
    path = sys.argv[1]
    records, options = read_in_order(path)
    if read_in_parallel(path) != records:
        raise SystemExit(f"{path}: a parallel read gives other records")
    if read_at_random(path) != records:
        raise SystemExit(f"{path}: random access gives other records")
    found = {
        "count": len(records),
        "sha256": checksum(records),
        "options": options,
        "rewritten": rewritten(records),
    }
    print(json.dumps(found))


main()
