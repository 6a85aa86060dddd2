# Sourced: where the tests keep what takes long to make and outlives a checkout. IDX_SHARDS_TEST_CACHE names the folder
# itself; otherwise it is idx-shards-tests where the user's caches lie.
cache=${IDX_SHARDS_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/idx-shards-tests}
