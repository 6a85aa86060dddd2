"""Reads Parquet shards into memory and writes their rows again with pyarrow, as one file; prints what the write took.

  write_with_pyarrow.py TARGET SHARD [SHARD ...]
"""

import json
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq

target, *shards = sys.argv[1:]
table = pa.concat_tables([pq.read_table(shard) for shard in shards]).combine_chunks()

wall, cpu = time.perf_counter(), time.process_time()
# As our writer: no dictionary for what never repeats.
pq.write_table(table, target, compression='snappy', use_dictionary=['label'], row_group_size=10_000)
print(json.dumps({'wallSeconds': time.perf_counter() - wall, 'cpuSeconds': time.process_time() - cpu}))
