"""run: the worker that stays, on one campaign or on a folder of them."""

from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    PERSON,
    ConfigOption,
    GoOption,
    fail,
    guarded,
    open_worker,
)
from pipeline.cli.config_folder import (
    refuse_shared,
)
from pipeline.cli.first_contact import ASK, is_unseen
from pipeline.cli.root import app
from pipeline.cli.running.campaign_worker import Worker
from pipeline.cli.running.folder_worker import run_folder
from pipeline.cli.running.staying import work
from pipeline.edges.clock import Clock
from pipeline.edges.files.alarm_file import AlarmFile
from pipeline.flows.alarms import cannot_work
from pipeline.settings import ConfigError

# Where the config cannot be read
_ZONE_UNREAD = ZoneInfo("Asia/Shanghai")


@app.command()
@guarded
def run(
    config: ConfigOption = DEFAULT_CONFIG,
    go: GoOption = False,
) -> None:
    """一直运行：到点收信、催报、发通报。SIGTERM 或 Ctrl-C 做完手头一步后退出。

    --config 写目录，就运行里面的每一项工作。
    """
    if config.is_dir():
        run_folder(config, go=go)
        return
    refuse_shared(config)
    program = _ready(config)
    if not go and is_unseen(program):
        program.close()
        cannot_work(ASK, Clock().now(), program.alarm_file)
        fail(ASK, PERSON)
    with program.worker_lock():
        work(Worker(config, program))


def _ready(config: Path) -> Program:
    """The program, or, where the config is refused, a word on the disk for the one who
    finds the worker down: a service has no screen."""
    # A config that is not understood names no storage
    sheet = AlarmFile(config.resolve().parent / "storage", _ZONE_UNREAD)
    try:
        program = open_worker(config)
    except ConfigError as error:
        cannot_work(
            f"配置文件有误，程序没有启动：{error}", Clock().now(), sheet
        )
        raise
    if sheet.path != program.alarm_file.path:
        # No wake would take it away
        sheet.clear()
    return program
