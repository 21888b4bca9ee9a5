"""Adds parts to .venv that not every office needs, and keeps what is there.

    python3 scripts/install.py                    the program alone
    python3 scripts/install.py ocr keyring        pictures of forms read; passwords in the system's keyring
    python3 scripts/install.py --download DIR     fills a folder with all that it takes, for a computer without a network
    python3 scripts/install.py --wheels DIR       installs from such a folder and from nowhere else

Also makes .venv again where it came from another machine or another place. A folder is for computers with the same
system and the same Python as the one that filled it.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import _environment

PARTS = ("cluster", "demo", "keyring", "ocr", "postgres")


def main() -> int:
    asked = _asked()
    unknown = [name for name in asked.parts if name not in PARTS]
    if unknown:
        print(f"没有 {'、'.join(unknown)} 这个部件，可以写 {'、'.join(PARTS)}")
        return 2
    if asked.download:
        return _download(asked.download, set(asked.parts))
    if asked.wheels:
        os.environ[_environment.WHEELS] = str(asked.wheels)
    _environment.prepare(tuple(asked.parts))
    print(f"已装好：{_environment.VENV}")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="把旬报程序装到 .venv")
    parser.add_argument(
        "parts", nargs="*", metavar="部件", help="、".join(PARTS)
    )
    parser.add_argument(
        "--download",
        type=Path,
        metavar="目录",
        help="只下载，装到不能上网的电脑上",
    )
    parser.add_argument(
        "--wheels",
        type=Path,
        metavar="目录",
        help="从下载好的目录安装，不用网络",
    )
    return parser.parse_args()


def _download(folder: Path, parts: set[str]) -> int:
    """All that `--wheels` needs: what uv.lock names, and the tools that install it."""
    tools = [_environment.UV, "pip", *_environment.BUILDERS]
    into = ["download", "--quiet", f"--dest={folder}"]
    _environment.uv()
    with tempfile.TemporaryDirectory() as scratch:
        wanted = _environment.locked(Path(scratch), parts)
        hashed = ["--require-hashes", "-r", str(wanted)]
        _environment.run([*_environment.pip(), *into, *hashed])
    _environment.run([*_environment.pip(), *into, *tools])
    print(
        f"已下载到 {folder}。把它和程序目录拷过去，运行 python3 scripts/install.py --wheels 目录"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
