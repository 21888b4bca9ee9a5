"""The door to scripts/bench/: speed as ratios; what can be asked for says `python3 scripts/bench.py --help`."""

import runpy

if __name__ == "__main__":
    runpy.run_module("bench.main", run_name="__main__")
