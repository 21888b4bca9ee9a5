"""Makes .venv beside the project, from the lock file, and goes on inside it. Needs Python 3.11+ and a package index; nothing else.

Never touches the system's packages. Where ensurepip is missing (Debian without python3-venv) pip is fetched as a wheel.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
TOOLS = ROOT / ".venv-uv"
UV = "uv==0.13.9"
_INSIDE = "XUNBAO_ENVIRONMENT"


def see_tests() -> None:
    """Makes the program, the tests' packages and their helpers importable, whatever folder the script started from."""
    folders = [ROOT, ROOT / "tests", ROOT / "tests" / "support"]
    sys.path[1:1] = [str(folder) for folder in folders]


def python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def enter(extras: tuple[str, ...] = (), *, dev: bool = False) -> None:
    """Returns inside .venv with everything installed; outside, makes it so and runs the same script again there."""
    if os.environ.get(_INSIDE) == str(VENV):
        return
    if sys.version_info < (3, 11):  # noqa: UP036 -- this file alone must start on an older Python, to say so
        sys.exit(
            f"需要 Python 3.11 以上，现在是 {sys.version.split()[0]}（Debian：apt install python3；Windows：python.org）"
        )
    prepare(extras, dev=dev)
    environment = {**os.environ, _INSIDE: str(VENV), "PYTHONUTF8": "1"}
    sys.exit(
        subprocess.run(
            [str(python()), *sys.argv], env=environment, check=False
        ).returncode
    )


def prepare(extras: tuple[str, ...] = (), *, dev: bool = False) -> None:
    """Brings .venv to what uv.lock says, beside what it holds already; at once when all of it is there."""
    wanted = {*extras, *(["dev"] if dev else [])}
    stamp = VENV / "xunbao-installed.json"
    lock = _fingerprint()
    have = (
        json.loads(stamp.read_text())
        if stamp.is_file() and python().is_file()
        else {}
    )
    if have.get("place", str(VENV)) != str(VENV):
        print(f"运行环境是在 {have['place']} 建的，挪了地方要重建", flush=True)
        shutil.rmtree(VENV)
        have = {}
    held = set(have.get("parts", [])) if have.get("lock") == lock else set()
    if have.get("lock") == lock and wanted <= held:
        return
    print("正在准备运行环境（.venv），第一次需要下载依赖……", flush=True)
    parts = wanted | held
    options = [f"--extra={name}" for name in sorted(parts - {"dev"})] + (
        [] if "dev" in parts else ["--no-dev"]
    )
    environment = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "VIRTUAL_ENV": "",
    }
    command = [
        str(_uv()),
        "sync",
        "--frozen",
        "--inexact",
        "--compile-bytecode",
        "--quiet",
        f"--python={sys.executable}",
        *options,
    ]
    # An office's own proxy signs with a certificate that the system knows and uv's own list does not.
    if subprocess.run(
        command,
        env=environment,
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode:
        _run([*command, "--system-certs"], environment)
    stamp.write_text(
        json.dumps({"lock": lock, "parts": sorted(parts), "place": str(VENV)})
    )


def _uv() -> Path:
    """uv, in an environment of its own: a tool cannot replace the environment that it runs from."""
    uv = TOOLS / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
    stamp = TOOLS / "xunbao-installed"
    if not (stamp.is_file() and stamp.read_text() == UV and uv.is_file()):
        _make(TOOLS)
        pip = [str(TOOLS / python().relative_to(VENV)), "-m", "pip"]
        _run([*pip, "install", "--quiet", "--disable-pip-version-check", UV])
        stamp.write_text(UV)
    return uv


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    digest.update(repr(sys.version_info[:2]).encode())
    return digest.hexdigest()


def _make(folder: Path) -> None:
    try:
        venv.create(folder, with_pip=True)
    except (subprocess.CalledProcessError, ImportError, SystemExit):
        venv.create(folder, with_pip=False, clear=True)
        _fetch_pip(folder)


def _fetch_pip(folder: Path) -> None:
    """Installs pip from its wheel, which can run itself; the index is PyPI or PIP_INDEX_URL."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip(
        "/"
    )
    request = urllib.request.Request(
        f"{index}/pip/",
        headers={"Accept": "application/vnd.pypi.simple.v1+json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    wheel = next(
        f
        for f in reversed(files)
        if f["filename"].endswith("-py3-none-any.whl") and not f.get("yanked")
    )
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / wheel["filename"]
        with urllib.request.urlopen(wheel["url"], timeout=120) as answer:
            path.write_bytes(answer.read())
        if (
            hashlib.sha256(path.read_bytes()).hexdigest()
            != wheel["hashes"]["sha256"]
        ):
            sys.exit("下载的 pip 校验不符，请重试")
        inside = folder / python().relative_to(VENV)
        _run(
            [
                str(inside),
                str(path / "pip"),
                "install",
                "--quiet",
                "--no-index",
                str(path),
            ]
        )


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(
            f"准备运行环境时出错：{' '.join(command)}\n请检查网络，或设置 PIP_INDEX_URL 指向可用的镜像后重试"
        )
