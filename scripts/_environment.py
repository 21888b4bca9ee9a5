"""Makes .venv beside the project, from the lock file, and goes on inside it. Needs Python 3.11+ and a package index; nothing else.

Never touches the system's packages. Where ensurepip is missing (Debian without python3-venv) pip is fetched as a wheel.
The lock names files at PyPI. Behind a mirror (PIP_INDEX_URL or UV_DEFAULT_INDEX), or with a folder of wheels
(XUNBAO_WHEELS) and no network at all, the same files are taken from there, held to the lock by their hashes.
This file alone is also read by an older Python, to say so: no newer syntax above the line that does.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import urllib.request
import venv
from pathlib import Path
from urllib.parse import urljoin

# A narrow code page has no Chinese: what it cannot show is told as \\uXXXX, with the English beside it.
for _stream in (sys.stdout, sys.stderr):
    if hasattr(_stream, "reconfigure"):
        _stream.reconfigure(errors="backslashreplace")
if sys.version_info < (3, 11):  # noqa: UP036 -- said before anything below is understood
    sys.exit(
        "需要 Python 3.11 以上，现在是 %s（Debian：apt install python3；Windows：python.org）\n"  # noqa: UP031
        "xunbao needs Python 3.11 or newer." % sys.version.split()[0]
    )

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
TOOLS = ROOT / ".venv-uv"
UV = "uv==0.13.9"
_INSIDE = "XUNBAO_ENVIRONMENT"
# A folder that scripts/install.py --download has filled
WHEELS = "XUNBAO_WHEELS"
_INDEXES = ("UV_DEFAULT_INDEX", "PIP_INDEX_URL")
_PYPI = "https://pypi.org/simple"
# What builds the project's own wheel, which no lock names
BUILDERS = ("hatchling", "editables")


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
    prepare(extras, dev=dev)
    environment = {**os.environ, _INSIDE: str(VENV), "PYTHONUTF8": "1"}
    sys.exit(
        subprocess.run(
            [str(python()), *sys.argv], env=environment, check=False
        ).returncode
    )


def prepare(extras: tuple[str, ...] = (), *, dev: bool = False) -> None:
    """Brings .venv to what uv.lock says, beside what it holds already, and the program to bytecode."""
    _install(extras, dev=dev)
    _compile()


def _compile() -> None:
    """A worker that may not write beside the program, or is told to write no bytecode, would compile it at each start:
    a tenth of a second and more. Where nothing can be written it does just that."""
    subprocess.run(
        [str(python()), "-m", "compileall", "-q", str(ROOT / "pipeline")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def _install(extras: tuple[str, ...], *, dev: bool) -> None:
    """At once when all of it is there."""
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
    source = _other_source()
    if source:
        _install_from(source, parts)
    else:
        _sync(parts)
    stamp.write_text(
        json.dumps({"lock": lock, "parts": sorted(parts), "place": str(VENV)})
    )


def _sync(parts: set[str]) -> None:
    """From PyPI, file by file as uv.lock says."""
    environment = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "VIRTUAL_ENV": "",
    }
    command = [
        str(uv()),
        "sync",
        "--frozen",
        "--inexact",
        "--quiet",
        f"--python={sys.executable}",
        # Most of what develops is never imported, and the rest is compiled as it is
        *([] if "dev" in parts else ["--compile-bytecode"]),
        *_options(parts),
    ]
    # An office's own proxy signs with a certificate that the system knows and uv's own list does not.
    if subprocess.run(
        command,
        env=environment,
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode:
        run([*command, "--system-certs"], environment)


def _install_from(source: list[str], parts: set[str]) -> None:
    """From a mirror or a folder, which have the files of uv.lock under other addresses: by name and hash."""
    install = [str(uv()), "pip", "install", "--quiet", "--system-certs"]
    into = [f"--python={python()}", *source]
    if not python().is_file():
        made = ["venv", "--quiet", f"--python={sys.executable}", str(VENV)]
        run([str(uv()), *made])
    with tempfile.TemporaryDirectory() as scratch:
        wanted = locked(Path(scratch), parts)
        run([*install, *into, "--require-hashes", "-r", str(wanted)])
    run([*install, *into, "--no-deps", "--editable", str(ROOT)])


def locked(folder: Path, parts: set[str]) -> Path:
    """What uv.lock holds for these parts, as a list with hashes that pip understands too."""
    wanted = folder / "requirements.txt"
    run(
        [
            str(uv()),
            "export",
            "--frozen",
            "--quiet",
            "--no-emit-project",
            f"--python={sys.executable}",
            f"--output-file={wanted}",
            *_options(parts),
        ],
        output=subprocess.DEVNULL,
    )
    return wanted


def _options(parts: set[str]) -> list[str]:
    extras = [f"--extra={name}" for name in sorted(parts - {"dev"})]
    return extras + ([] if "dev" in parts else ["--no-dev"])


def _other_source() -> list[str]:
    """Where packages come from if not from PyPI, as options of pip and of uv; [] for PyPI."""
    folder = os.environ.get(WHEELS, "")
    if folder:
        return ["--no-index", f"--find-links={Path(folder).resolve()}"]
    index = _index()
    return [] if index == _PYPI else [f"--index-url={index}"]


def _index() -> str:
    for name in _INDEXES:
        if os.environ.get(name):
            return os.environ[name].rstrip("/")
    return _PYPI


def uv() -> Path:
    """uv, in an environment of its own: a tool cannot replace the environment that it runs from."""
    program = TOOLS / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
    stamp = TOOLS / "xunbao-installed"
    # Where the folder was moved, the tool's own Python would be the one of the old place
    wanted = f"{UV} {TOOLS}"
    if not (
        stamp.is_file() and stamp.read_text() == wanted and program.is_file()
    ):
        _make(TOOLS)
        run([*pip(), "install", "--quiet", *_other_source(), UV])
        stamp.write_text(wanted)
    return program


def pip() -> list[str]:
    inside = TOOLS / python().relative_to(VENV)
    return [str(inside), "-m", "pip", "--disable-pip-version-check"]


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    digest.update(repr(sys.version_info[:2]).encode())
    return digest.hexdigest()


def _make(folder: Path) -> None:
    """With pip alone, which goes once: what `venv` would bring with it is compiled to the last module."""
    venv.create(folder, with_pip=False, clear=True)
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _pip_at_hand() or _downloaded_pip(Path(scratch))
        inside = folder / python().relative_to(VENV)
        install = ["install", "--quiet", "--no-index", "--no-compile"]
        run([str(inside), str(wheel / "pip"), *install, str(wheel)])


def _pip_at_hand() -> Path | None:
    """Out of the folder of wheels, or Python's own where it brings one (Debian's comes with python3-venv)."""
    folders = [
        os.environ.get(WHEELS),
        sysconfig.get_config_var("WHEEL_PKG_DIR"),
    ]
    bundled = importlib.util.find_spec("ensurepip")
    if bundled is not None and bundled.origin:
        folders.append(str(Path(bundled.origin).parent / "_bundled"))
    for folder in filter(None, folders):
        wheels = sorted(Path(folder).glob("pip-*.whl"))
        if wheels:
            return wheels[-1]
    return None


# A link of an index: its address, the file's name, the hash behind #
_LINK = re.compile(
    r'href="(([^"#]*/)?(pip-[\d.]+-py3-none-any\.whl)#sha256=([0-9a-f]{64}))"'
)


def _downloaded_pip(folder: Path) -> Path:
    """The newest pip of an index (PEP 503, which every mirror speaks)."""
    page = f"{_index()}/pip/"
    asked = urllib.request.Request(page, headers={"Accept": "text/html"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        links: list[tuple[str, str, str, str]] = _LINK.findall(
            answer.read().decode("utf-8", "replace")
        )
    if not links:
        sys.exit(f"{page} 里没有 pip，请检查镜像的地址")
    newest = max(links, key=lambda link: _numbers(link[2]))
    address, _, name, digest = newest
    with urllib.request.urlopen(urljoin(page, address), timeout=120) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != digest:
        sys.exit("下载的 pip 校验不符，请重试")
    wheel = folder / name
    wheel.write_bytes(content)
    return wheel


def _numbers(wheel: str) -> tuple[int, ...]:
    version = wheel.split("-")[1]
    return tuple(int(part) for part in version.split(".") if part)


def run(
    command: list[str],
    environment: dict[str, str] | None = None,
    output: int | None = None,
) -> None:
    done = subprocess.run(
        command, env=environment, cwd=ROOT, stdout=output, check=False
    )
    if done.returncode:
        sys.exit(
            f"准备运行环境时出错：{' '.join(command)}\n请检查网络，或设置 PIP_INDEX_URL 指向可用的镜像后重试；"
            "不能上网的，见 docs/zh/升级与迁移.md"
        )
