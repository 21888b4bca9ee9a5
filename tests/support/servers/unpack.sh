#!/bin/sh
# Unpacks the mail servers that the live tests try beside Dovecot, and what they need, into a folder of their own: several
# of them shut each other out as installed packages. Nothing is installed or started. unpack.sh [FOLDER]
set -e
folder=${1:-${XUNBAO_SERVERS:-$HOME/.cache/xunbao-servers}}
[ -x "$folder/usr/sbin/cyrmaster" ] && exit 0
servers="cyrus-imapd courier-imap mailutils-imap4d postfix exim4-daemon-light"
debs=$(mktemp -d)
trap 'rm -rf "$debs"' EXIT
mkdir -p "$folder"
for server in $servers; do
  apt-get -s install --no-install-recommends "$server" | awk '/^Inst/ { print $2 }'
done | grep -v -- '-dev$' | sort -u >"$debs/names"
(cd "$debs" && xargs apt-get download -qq <names)
for deb in "$debs"/*.deb; do
  dpkg -x "$deb" "$folder"
done
for place in bin sbin lib; do
  if [ -d "$folder/$place" ]; then
    mkdir -p "$folder/usr/$place"
    cp -a "$folder/$place/." "$folder/usr/$place/"
  fi
done
