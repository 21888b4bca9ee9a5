#!/bin/sh
# jail.sh ROOT DIR COMMAND...: runs COMMAND where the packages unpacked in ROOT lie over /usr and /etc, and DIR/etc over
# both; /var, /run and /home are DIR's own. Nothing outside changes; all ends with the command.
set -e
root=$1
dir=$2
shift 2
export root dir
exec unshare --mount --pid --fork --kill-child=KILL sh -c '
set -e
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$root/usr:/usr" /usr
mkdir -p "$dir/work"
mount -t overlay overlay -o "lowerdir=$root/etc:/etc,upperdir=$dir/etc,workdir=$dir/work" /etc
for name in var run home; do
  mkdir -p "$dir/$name"
  mount --bind "$dir/$name" "/$name"
done
mount -t proc proc /proc
exec "$@"
' jail "$@"
