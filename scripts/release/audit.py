"""Asks the package index what is known against the locked packages (pip-audit), once a day at most.

python3 scripts/release/audit.py     exit status 1 where something is known against one

Where the index cannot be asked, or knows of no advisory even where there are some, it says so and fails nothing: a build without a network is no worse than yesterday's. What is
accepted for now stands in ACCEPTED with its reason. Never installs, never resolves: uv.lock alone says what there is.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _environment

DAY = 86_400
# A version with advisories known for years: an index (a mirror, a cache) that knows none of them says nothing of ours either.
CANARY = {
    "name": "jinja2",
    "version": "2.10",
    "wheels": [{"hash": f"sha256:{'0' * 64}"}],
}
# An advisory's id -> why it does no harm here
ACCEPTED: dict[str, str] = {}


def locked(lock: Path = _environment.ROOT / "uv.lock") -> list[dict[str, Any]]:
    """The packages of uv.lock that come from an index, in its order."""
    with lock.open("rb") as file:
        return [
            p
            for p in tomllib.load(file)["package"]
            if "registry" in p["source"]
        ]


def hashes(package: dict[str, Any]) -> list[str]:
    """sha256:... of every file of a package that may be installed."""
    files = [
        *package.get("wheels", []),
        *([package["sdist"]] if "sdist" in package else []),
    ]
    return [file["hash"] for file in files]


def main() -> int:
    _environment.enter(("demo",), dev=True)
    stamp = _environment.VENV / "xunbao-audited"
    lock = hashlib.sha256(
        (_environment.ROOT / "uv.lock").read_bytes()
    ).hexdigest()
    if (
        stamp.is_file()
        and stamp.read_text() == lock
        and time.time() - stamp.stat().st_mtime < DAY
    ):
        print("依赖包今天已经查过，没有已知漏洞")
        return 0
    found = advisories()
    if found is None:
        print(
            "查不了依赖包的漏洞：包索引连不上，或不提供漏洞信息（不影响其余检查，联网后再运行 python3 scripts/release/audit.py）"
        )
        return 0
    for line in found:
        print(line)
    if not found:
        stamp.write_text(lock)
        print(f"依赖包 {len(locked())} 个，没有已知漏洞")
    return 1 if found else 0


def advisories(
    packages: list[dict[str, Any]] | None = None,
    ask: Callable[[list[dict[str, Any]]], list[str] | None] | None = None,
) -> list[str] | None:
    """A line for each advisory that is not accepted; None where nobody who knows could be asked.
    `ask` tells the advisories of some packages: pip-audit, unless another is given."""
    ask = ask or _asked
    found: list[str] = []
    if not ask([CANARY]):
        return None
    for together in _rounds(locked() if packages is None else packages):
        told = ask(together)
        if told is None:
            return None
        found += told
    return found


def _rounds(packages: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """pip-audit takes one version of a package at a time; the lock may hold several, for several Pythons."""
    rounds: list[list[dict[str, Any]]] = []
    for package in packages:
        free = (
            r
            for r in rounds
            if all(one["name"] != package["name"] for one in r)
        )
        round_ = next(free, None)
        if round_ is None:
            rounds.append([package])
        else:
            round_.append(package)
    return rounds


def _asked(packages: list[dict[str, Any]]) -> list[str] | None:
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "locked.txt"
        listed.write_text("\n".join(map(_requirement, packages)))
        command = [
            sys.executable,
            "-m",
            "pip_audit",
            "--requirement",
            str(listed),
        ]
        command += ["--disable-pip", "--require-hashes", "--format", "json"]
        command += ["--progress-spinner", "off", "--timeout", "8"]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
        except subprocess.TimeoutExpired:
            return None
    return _lines(done.stdout)


def _requirement(package: dict[str, Any]) -> str:
    return " ".join(
        [
            f"{package['name']}=={package['version']}",
            *(f"--hash={h}" for h in hashes(package)),
        ]
    )


def _lines(answer: str) -> list[str] | None:
    try:
        told = json.loads(answer)["dependencies"]
    except (
        ValueError,
        KeyError,
    ):
        # Pip-audit says on its error output why it could not ask
        return None
    return [
        f"{package['name']} {package['version']}：{one['id']}，改正于 {'、'.join(one['fix_versions']) or '尚无'}"
        for package in told
        for one in package.get("vulns", [])
        if one["id"] not in ACCEPTED
    ]


if __name__ == "__main__":
    sys.exit(main())
