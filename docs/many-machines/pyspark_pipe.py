"""Prepares a data set on a Spark cluster.

Usage: spark-submit pyspark_pipe.py MACHINES OPTIONS..., those of idx-shards shard
"""
import os
import shlex
import sys

from pyspark.sql import SparkSession

machines, *options = sys.argv[1:]
spark = SparkSession.builder.appName('idx-shards').getOrCreate()
for stage in ('map', 'plan', 'reduce', 'finish'):
    of = 1 if stage in ('plan', 'finish') else int(machines)
    command = ['xargs', '-n', '1', 'idx-shards', 'shard', '--stage', stage, '--of', str(of), *options, '--index']
    indexes = spark.sparkContext.parallelize(range(of), of)
    # Without checkCode a command that failed would count as done. Without env it would have no PATH.
    lines = indexes.pipe(shlex.join(command), env=dict(os.environ), checkCode=True).collect()
    print(*lines, sep='\n')
spark.stop()
