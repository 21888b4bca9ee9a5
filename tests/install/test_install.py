"""Installing where the project's own words say it works: behind a mirror that is the only thing reached, from a folder without
a network, from a wheel alone; and in a place that was moved.

Everything real: uv.lock, the wheels of its packages, pip and uv. The folder of wheels is filled once, from the index that
this machine reaches; from then on every proxy is a closed port, so that what asks elsewhere fails. To fill it and to install
from it takes a minute and a half of a core: with scripts/test.py --whole alone. By default the wheel stands beside the packages
of these tests' own environment.
"""

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Nothing listens on the discard port
NOWHERE = "http://127.0.0.1:9"
SECRETS = ("UV_", "PIP_", "XUNBAO_", "VIRTUAL_ENV", "PYTHON")

pytestmark = [
    pytest.mark.install,
    pytest.mark.timeout(900),
]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """One that knows no index of this machine, and reaches nothing but it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(SECRETS)
    }
    proxies = dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE
    )
    own = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_CACHE_DIR": str(folder / "pip-cache"),
        "UV_CACHE_DIR": str(folder / "uv-cache"),
        "UV_NO_CONFIG": "1",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    return kept | proxies | own | more


def clone(folder: Path) -> Path:
    """What git holds, with what has been changed here since."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    for name in names:
        source = ROOT / name
        if not source.is_file() or name.startswith(("tests/", "docs/")):
            continue
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
    return folder


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None) -> str:
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def with_network() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("XUNBAO_")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program's own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["build", "--wheel", "--quiet", "-o", folder / "built"]
    made = clone(folder / "clone")
    run(uv(), *build, cwd=made, env=with_network())
    (built,) = (folder / "built").glob("*.whl")
    return built


def uv() -> str:
    """The one that made the environment of these tests."""
    asked = "import _environment; print(_environment.uv())"
    return run(
        sys.executable, "-c", asked, cwd=ROOT / "scripts", env=with_network()
    ).strip()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """All that it takes, as scripts/install.py --download brings it."""
    folder = tmp_path_factory.mktemp("install")
    made = clone(folder / "with-network")
    kept = folder / "wheels"
    said = run(
        sys.executable, "scripts/install.py", "--download", kept,
        cwd=made, env=with_network(),
    )  # fmt: skip
    assert str(kept) in said
    shutil.copy(wheel, kept)
    return kept


class Index(http.server.SimpleHTTPRequestHandler):
    """A mirror as offices have them: PEP 503 pages, addresses of its own."""

    asked: list[str]

    def __init__(self, *rest: object, wheels: Path, **more: object) -> None:
        self.wheels = wheels
        super().__init__(*rest, directory=str(wheels), **more)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        found = re.fullmatch(r"/simple/([^/]+)/", self.path)
        if not found:
            super().do_GET()
            return
        page = "".join(
            f'<a href="/{file.name}#sha256={sha256(file.read_bytes()).hexdigest()}">{file.name}</a>\n'
            for file in sorted(self.wheels.iterdir())
            if _project(file.name) == found[1]
        )
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *words: object) -> None:
        """Silent."""


def _project(file: str) -> str:
    name = re.split(r"-\d", file, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def mirror(wheels: Path) -> Iterator[str]:
    handler = functools.partial(Index, wheels=wheels)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple"
    server.shutdown()
    server.server_close()


def checked(folder: Path, env: dict[str, str]) -> str:
    """What the installed program says of itself and of the sample config."""
    xunbao = folder / ".venv/bin/xunbao"
    version = run(xunbao, "--version", cwd=folder, env=env)
    return version + run(xunbao, "check", cwd=folder, env=env)


@pytest.mark.long
@pytest.mark.parametrize("name", ["PIP_INDEX_URL", "UV_DEFAULT_INDEX"])
def test_a_mirror_that_is_the_only_thing_reached_is_enough(
    mirror: str, tmp_path: Path, name: str
) -> None:
    folder = clone(tmp_path / "旬报")
    env = environment(tmp_path, **{name: mirror})
    run(sys.executable, "scripts/install.py", cwd=folder, env=env)
    assert "没有错误" in checked(folder, env)


@pytest.mark.long
def test_control_without_the_mirror_nothing_can_be_installed(
    tmp_path: Path,
) -> None:
    folder = clone(tmp_path / "旬报")
    env = environment(tmp_path, PIP_RETRIES="0", UV_HTTP_TIMEOUT="5")
    done = subprocess.run(
        [sys.executable, "scripts/install.py"],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode
    assert "设置 PIP_INDEX_URL" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_a_folder_of_wheels_is_enough_and_a_moved_program_mends_itself(
    wheels: Path, tmp_path: Path
) -> None:
    folder = clone(tmp_path / "旬报")
    env = environment(tmp_path)
    install = [sys.executable, "scripts/install.py", "--wheels", str(wheels)]
    run(*install, cwd=folder, env=env)
    assert "没有错误" in checked(folder, env)
    moved = folder.rename(tmp_path / "搬到 这里")
    said = run(*install, cwd=moved, env=env)
    assert f"运行环境是在 {folder / '.venv'} 建的，挪了地方要重建" in said
    assert "没有错误" in checked(moved, env)


def from_a_folder(python: Path, wheels: Path, env: dict[str, str]) -> None:
    """What the wheel asks for by name."""
    asked = ["--no-index", f"--find-links={wheels}", "xunbao"]
    install = [uv(), "pip", "install", "--quiet", f"--python={python}"]
    run(*install, *asked, cwd=wheels, env=env)


def beside_the_tests(python: Path, wheel: Path, env: dict[str, str]) -> None:
    """The packages that stand in the environment of these tests, without the checkout that it knows too: of a folder that a .pth
    names no .pth is read."""
    install = [uv(), "pip", "install", "--quiet", f"--python={python}"]
    run(*install, "--no-deps", "--no-index", wheel, cwd=wheel.parent, env=env)
    (packages,) = python.parents[1].glob("lib/python*/site-packages")
    beside = packages / "beside.pth"
    beside.write_text(sysconfig.get_path("purelib") + "\n")


@pytest.mark.parametrize(
    ("brought", "install"),
    [
        ("wheel", beside_the_tests),
        pytest.param("wheels", from_a_folder, marks=pytest.mark.long),
    ],
)
def test_a_wheel_alone_is_a_whole_product(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    brought: str,
    install: Callable[[Path, Path, dict[str, str]], None],
) -> None:
    """Templates, migrations, the sample config, the page, the form: nothing is read from a checkout."""
    env = environment(tmp_path)
    python = tmp_path / "venv/bin/python"
    bare = ["venv", "--without-pip", tmp_path / "venv"]
    run(sys.executable, "-m", *bare, cwd=tmp_path, env=env)
    install(python, request.getfixturevalue(brought), env)
    office = tmp_path / "office"
    office.mkdir()
    sample = "from pipeline.settings.new.sample import sample_config as s; print(s())"
    found = Path(run(python, "-c", sample, cwd=office, env=env).strip())
    assert found.is_relative_to(tmp_path / "venv")
    shutil.copyfile(found, office / "config.toml")
    xunbao = tmp_path / "venv/bin/xunbao"
    now = ["--now", "2015-10-01T09:00:00+08:00"]
    assert "没有错误" in run(xunbao, "check", cwd=office, env=env)
    (office / "1.eml").write_bytes(
        b"From: a@example.cn\r\nSubject: x\r\n\r\nhello\r\n"
    )
    assert "读入 1 封" in run(
        xunbao, "ingest", "1.eml", *now, cwd=office, env=env
    )
    assert "漏报" in run(xunbao, "status", *now, cwd=office, env=env)
    run(xunbao, "preview", "--out", "letters", cwd=office, env=env)
    run(xunbao, "board", "board", *now, cwd=office, env=env)
    run(xunbao, "roster", "export", "roster.xlsx", cwd=office, env=env)
    assert (office / "board/index.html").is_file()
    help_text = run(xunbao, "init", "--help", cwd=office, env=env)
    assert "--from" in help_text
