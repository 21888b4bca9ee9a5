"""Adds parts to .venv that not every office needs, and keeps what is there.

    python3 scripts/install.py                    the program alone
    python3 scripts/install.py ocr keyring        pictures of forms read; passwords in the system's keyring

Also makes .venv anew where it came from another machine or another place.
"""

import sys

import _environment

PARTS = ("demo", "keyring", "ocr")


def main() -> int:
    asked = sys.argv[1:]
    unknown = [name for name in asked if name not in PARTS]
    if unknown:
        print(f"没有 {'、'.join(unknown)} 这个部件，可以写 {'、'.join(PARTS)}")
        return 2
    _environment.prepare(tuple(asked))
    print(f"已装好：{_environment.VENV}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
