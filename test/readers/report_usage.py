"""Runs a script, and tells what the process used when it ends: one line of JSON to file descriptor 3.

  report_usage.py SCRIPT [WORD ...] 3>FILE

scripts/bench/usage.ts does the same in Node.js, and says where the peak comes from.
"""

import atexit
import json
import os
import re
import resource
import runpy
import sys


def peak_kib(usage):
    try:
        with open('/proc/self/status', encoding='ascii') as status:
            return int(re.search(r'^VmHWM:\s*(\d+) kB$', status.read(), re.MULTILINE)[1])
    except OSError:
        # macOS counts in bytes.
        return usage.ru_maxrss / (1024 if sys.platform == 'darwin' else 1)


def report():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = {'cpuSeconds': usage.ru_utime + usage.ru_stime, 'peakMiB': peak_kib(usage) / 1024}
    os.write(3, json.dumps(used).encode())


# What is registered first is called last.
atexit.register(report)
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name='__main__')
