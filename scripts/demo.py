"""The main job at a glance, with one command on a fresh machine: makes its own environment, then runs `xunbao demo`.

    python3 scripts/demo.py              letters, documents and a page to open in ./demo-out
    python3 scripts/demo.py --out DIR    the same in DIR

Nothing to install or configure; the mailbox and the mail server are the demo's own, and nothing leaves this machine.
"""

import sys

import _environment


def main() -> None:
    _environment.enter(("demo",))
    from pipeline.__main__ import main as xunbao

    sys.argv[1:1] = ["demo"]
    xunbao()


if __name__ == "__main__":
    main()
