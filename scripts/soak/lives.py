"""Lives whole campaigns from seeds against the small rulebook (tests/lives): what the tests do with three seeds, for as many as you like.

    python scripts/soak/lives.py [--seeds 30] [--first 1]

Exit status 0 where nothing differed, 1 else, with a line for each difference.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "support")]


def main() -> int:
    from lives.live import lived
    from lives.world import plans

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    wrong = 0
    for seed in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory(prefix="lives") as folder:
            found = lived(Path(folder), seed, plans(seed))
        wrong += len(found)
        print(f"seed {seed}: {len(found)} differences", flush=True)
        for line in found:
            print(f"  {line}", flush=True)
    print(f"{asked.seeds} seeds, {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
