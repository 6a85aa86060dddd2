"""Prepares a data set on a Ray cluster.

Usage: python ray_map.py MACHINES OPTIONS..., those of idx-shards shard
"""
import subprocess
import sys

import ray


@ray.remote(num_cpus=2, max_retries=3, retry_exceptions=True)
def shard(index, stage, of, options):
    command = ['idx-shards', 'shard', '--stage', stage, '--index', str(index), '--of', str(of), *options]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == '__main__':
    machines, *options = sys.argv[1:]
    ray.init(address='auto')
    for stage in ('map', 'plan', 'reduce', 'finish'):
        of = 1 if stage in ('plan', 'finish') else int(machines)
        print(*ray.get([shard.remote(index, stage, of, options) for index in range(of)]), sep='', end='')
