#!/usr/bin/env bash
# The demo's second upstream: Radicale, a CalDAV server (RFC 4791) that nobody here wrote, on loopback.
#
#   radicale.sh start DIR PORT    configures and starts it in DIR; returns when it answers
#   radicale.sh stop DIR          ends the process that start began in DIR
#
# DIR then holds, readable by its owner alone:
#   credential    base64 of user:password, for the gateway (HTTP Basic, RFC 7617)
#   radicale.pid, radicale.log, config, rights, users, collections/
# Customers' calendars stand at /acme/support/ and /globex/support/; one service account may use both.
#
# Exit: 0 done · 1 it did not start (the end of its log is printed) · 2 wrong use · 3 not installed and cannot be.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
account=northwind

usage() {
    echo "Usage: radicale.sh start DIR PORT | radicale.sh stop DIR" >&2
    exit 2
}

install_radicale() {
    command -v radicale >/dev/null && return
    # Who has a user namespace of their own looks like root in there and is not.
    if [ "${ACCESSBROKER_DEMO_UID:-$(id -u)}" -ne 0 ]; then
        echo "radicale is not installed and only root may install it: apt-get install radicale"
        exit 3
    fi
    # Debian leaves the package's own service disabled: only the demo's process will run. An outdated package list is
    # the usual reason for a first failure, so it is fetched anew before giving up.
    local get=(env DEBIAN_FRONTEND=noninteractive apt-get -qq) said
    if ! said=$("${get[@]}" install --no-install-recommends radicale 2>&1) &&
        ! said=$("${get[@]}" update 2>&1 && "${get[@]}" install --no-install-recommends radicale 2>&1); then
        echo "radicale could not be installed: ${said##*$'\n'}"
        exit 3
    fi
}

configure() {
    if [ ! -s "$dir/credential" ]; then
        local password
        password=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
        # Plain, because Debian's package verifies bcrypt only with a further one; the same secret stands beside it anyway.
        printf '%s:%s\n' "$account" "$password" >"$dir/users"
        printf '%s:%s' "$account" "$password" | base64 -w 0 >"$dir/credential"
    fi
    cat >"$dir/config" <<END
[server]
hosts = 127.0.0.1:$port
ssl = False
[auth]
type = htpasswd
htpasswd_filename = $dir/users
htpasswd_encryption = plain
delay = 1
[rights]
type = from_file
file = $dir/rights
[storage]
filesystem_folder = $dir/collections
[web]
type = none
[logging]
level = warning
END
    # Which of the two customers a request may touch is the gateway's to decide. The account sees nothing beside them.
    cat >"$dir/rights" <<END
[customers]
user: $account
collection: (acme|globex)
permissions: R
[calendars]
user: $account
collection: (acme|globex)/[^/]+
permissions: rw
END
}

# Calendars are folders with a description and one file an event (Radicale's manual, "Manually creating collections").
seed() {
    local root=$dir/collections/collection-root calendar customer
    [ -d "$root" ] && return
    mkdir -p "$root.new/$account" # Radicale wants its account to have a folder and warns at each request without
    for calendar in "$here"/calendars/*/; do
        customer=$(basename "$calendar")
        mkdir -p "$root.new/$customer/support"
        cp "$calendar/calendar.json" "$root.new/$customer/support/.Radicale.props"
        cp "$calendar"/*.ics "$root.new/$customer/support/"
    done
    mv "$root.new" "$root"
}

# The process of the PID file, if it is still the one that we started: numbers are given out again after a crash.
running() {
    [ -s "$dir/radicale.pid" ] && tr '\0' '\n' 2>/dev/null <"/proc/$(<"$dir/radicale.pid")/cmdline" | grep -Fxq "$dir/config"
} 2>/dev/null

# Whether our own Radicale, which alone knows the credential, answers on the port. Bash speaks HTTP well enough, and a
# fresh machine has no curl.
answers() {
    local status
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'PROPFIND /acme/ HTTP/1.0\r\nAuthorization: Basic %s\r\nDepth: 0\r\n\r\n' "$(<"$dir/credential")" >&3
    IFS= read -r -t 5 status <&3 || status=
    exec 3>&-
    [[ $status == *" 207 "* ]]
} 2>/dev/null

start() {
    if running; then
        echo "radicale already runs in $dir as process $(<"$dir/radicale.pid"): stop it first" >&2
        exit 1
    fi
    configure
    seed
    radicale --config "$dir/config" >"$dir/radicale.log" 2>&1 </dev/null &
    local pid=$! tries=0
    echo "$pid" >"$dir/radicale.pid"
    until answers; do
        if ! kill -0 "$pid" 2>/dev/null || [ $((tries += 1)) -gt 100 ]; then
            echo "radicale did not start on 127.0.0.1:$port:" >&2
            tail -n 5 "$dir/radicale.log" >&2
            stop
            exit 1
        fi
        sleep 0.1
    done
    echo "radicale on http://127.0.0.1:$port, its credential in $dir/credential"
}

stop() {
    local pid tries=0
    if running; then
        pid=$(<"$dir/radicale.pid")
        kill "$pid"
        while running; do
            sleep 0.1
            [ $((tries += 1)) -ne 50 ] || kill -KILL "$pid"
        done
    fi
    rm -f "$dir/radicale.pid"
}

[ $# -ge 2 ] || usage
[ "$1" = start ] && install_radicale # before the umask: a package's files are for everybody
umask 077
mkdir -p "$2"
dir=$(cd "$2" && pwd)
case $1/$# in
    start/3) port=$3; start ;;
    stop/2) stop ;;
    *) usage ;;
esac
