"""Prepares a data set on a Dask cluster.

Usage: python dask_map.py tcp://SCHEDULER:8786 MACHINES OPTIONS..., those of idx-shards shard
"""
import subprocess
import sys

from dask.distributed import Client


def shard(index, stage, of, options):
    command = ['idx-shards', 'shard', '--stage', stage, '--index', str(index), '--of', str(of), *options]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == '__main__':
    scheduler, machines, *options = sys.argv[1:]
    with Client(scheduler) as client:
        for stage in ('map', 'plan', 'reduce', 'finish'):
            of = 1 if stage in ('plan', 'finish') else int(machines)
            tasks = client.map(shard, range(of), stage=stage, of=of, options=options, pure=False, retries=3)
            print(*client.gather(tasks), sep='', end='')
