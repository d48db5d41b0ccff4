#!/usr/bin/env bash
# Healthy when /healthz/ready answers 200: the database is there and the log can be written. The image has no curl, and
# bash speaks HTTP well enough. The first argument is the port, 8480 without one.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/${1:-8480}"
printf 'GET /healthz/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
IFS= read -r -t 4 status <&3
[[ $status == "HTTP/1.1 200 "* ]]
