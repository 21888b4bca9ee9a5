#!/bin/sh
# Runs the Windows Python that set_up.sh made, in the checkout's copy, as an ordinary user of the chroot.
#
#   sudo scripts/windows/run.sh DIR ARGUMENTS...          .venv's Python
#   sudo scripts/windows/run.sh DIR --base ARGUMENTS...   the one that the venv was made from
#
# Wine wants pipes on both ends: nothing is read from the terminal.
set -eu
place=$1
shift
python=/home/win/venv/Scripts/python.exe
if [ "$1" = --base ]; then
  shift
  python=$(cd "$place/chroot" && echo home/win/python/*/python.exe)
  python=/$python
fi
cat <<'INSIDE' >"$place/chroot/home/win/inside.sh"
cd "/home/win/旬报 程序"
exec wine "$@" </dev/null 2>&1
INSIDE
exec chroot --userspec=65534:65534 "$place/chroot" /usr/bin/env -i \
  HOME=/home/win WINEPREFIX=/home/win/prefix PATH=/usr/bin:/bin LANG=zh_CN.UTF-8 LC_ALL=zh_CN.UTF-8 \
  PYTHONUTF8=1 WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" \
  sh /home/win/inside.sh "$python" "$@" | cat
