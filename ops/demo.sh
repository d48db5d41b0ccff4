#!/usr/bin/env bash
# The whole broker on this machine, with demo customers, people and applications.
#
#   ops/demo.sh [--port N] [--data DIR] [--keep]     starts it, stays until Ctrl-C, then ends everything it started
#   ops/demo.sh --check --out DIR [--port N]         walks the story from request to verified proof and leaves the proof in DIR
#
#   --port N     the broker's port (8480); its applications take free ports above
#   --data DIR   where database, keys and logs stand; kept, and used again by the next start (a new temporary folder)
#   --keep       keep the temporary folder
#
# Needs the .NET SDK 10 and nothing else. Everything listens on 127.0.0.1 only.
# Exit: 0 done · 1 something failed (said in the last lines) · 2 wrong use, or something is missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

port=8480 data='' keep='' check='' out=''
die() { echo "$2" >&2; exit "$1"; }
while [ $# -gt 0 ]; do
    case $1 in
        --port | --data | --out) [ $# -ge 2 ] || die 2 "$1 needs a value."; printf -v "${1#--}" '%s' "$2"; shift 2 ;;
        --keep) keep=1; shift ;;
        --check) check=1; shift ;;
        *) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2 ;;
    esac
done
[[ $port =~ ^[0-9]+$ ]] && [ "$port" -ge 1024 ] && [ "$port" -le 65000 ] || die 2 "--port is a number from 1024 to 65000, and \"$port\" is not."
[ -z "$check" ] || [ -n "$out" ] || die 2 "--check needs --out DIR, where the evidence will be left."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
started_at=$SECONDS
helpdesk_pid='' server_pid='' radicale='' mounted=''

# --- before anything is built -------------------------------------------------------------------------------------

command -v dotnet >/dev/null || die 2 "The demo needs the .NET SDK 10, and there is no dotnet on the PATH."
dotnet --list-sdks | grep -q '^10\.' || die 2 "The demo needs the .NET SDK 10; dotnet --list-sdks shows: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ')."

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
! listens "$port" || die 2 "Port $port is taken by another program. End it, or give another one: ops/demo.sh --port $((port + 10))"

next_port=$port
free_port() { # VARIABLE
    while next_port=$((next_port + 1)) && listens "$next_port"; do :; done
    printf -v "$1" '%s' "$next_port"
}
free_port helpdesk_port
free_port radicale_port

# The last step of the check fills a file system until it is full: it needs a small one of its own. Root may mount it; others
# may in a namespace of their own, where the kernel allows that. Without, the step is skipped and says so.
if [ -n "$check" ] && [ -z "${ACCESSBROKER_DEMO_UID:-}" ] && [ "$(id -u)" -ne 0 ] && unshare -Urm true 2>/dev/null; then
    # In there everybody looks like root, so what only root may do outside asks for this number instead.
    ACCESSBROKER_DEMO_UID=$(id -u) exec unshare -Urm "$root/ops/demo.sh" --check --out "$out" --port "$port" ${data:+--data "$data"} ${keep:+--keep}
fi

# --- ending ---------------------------------------------------------------------------------------------------------

end_process() { # PID
    [ -n "$1" ] && kill "$1" 2>/dev/null || return 0
    local tries=0
    while kill -0 "$1" 2>/dev/null; do
        sleep 0.1
        [ $((tries += 1)) -ne 150 ] || kill -KILL "$1" 2>/dev/null || true
    done
    wait "$1" 2>/dev/null || true
}

end_all() {
    trap '' INT TERM
    end_process "$server_pid"
    end_process "$helpdesk_pid"
    [ -z "$radicale" ] || "$root/ops/demo/radicale.sh" stop "$data/radicale" || true
    [ -z "$mounted" ] || umount "$data/broker" 2>/dev/null || true
    if [ -n "$temporary" ] && [ -z "$keep" ]; then rm -rf "$data"; else echo "Its data is kept in $data"; fi
    [ -n "$check" ] || echo "Everything that was started has ended."
}

# --- building -------------------------------------------------------------------------------------------------------

temporary=''
if [ -z "$data" ]; then
    data=$(mktemp -d "${TMPDIR:-/tmp}/accessbroker-demo.XXXXXX")
    temporary=1
fi
mkdir -p "$data"
data=$(cd "$data" && pwd)
trap end_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "Building (the first time downloads packages) …"
# Style is what the build of the tests holds; whoever waits for a demo need not.
if ! "$root/ops/build.sh" "$root/ops/demo/Demo.slnf" -v m -p:RunAnalyzers=false 2>&1 | tee "$data/build.log" |
    sed -un 's/^ *\(AccessBroker[^ ]*\) -> .*/  \1/p'; then
    grep -E 'error|warning' "$data/build.log" | sort -u | head -n 20
    die 1 "The build failed."
fi

# --- starting -------------------------------------------------------------------------------------------------------

umask 077
if [ -n "$check" ]; then
    mkdir -p "$out"
    out=$(cd "$out" && pwd)
    rm -rf "$out/bundle" "$out/all" "$out/vkey" "$out/pinned" "$out/server.log"
    mkdir -p "$data/broker"
    if mount -t tmpfs -o size=64m,mode=0700 tmpfs "$data/broker" 2>/dev/null; then mounted=1; fi
fi
mkdir -p "$data/broker" "$data/helpdesk"
server_log=${check:+$out}
server_log=${server_log:-$data}/server.log
: >"$server_log"

[ -s "$data/helpdesk/credential" ] || head -c 32 /dev/urandom | base64 -w 0 >"$data/helpdesk/credential"
dotnet "$root/ops/demo/Helpdesk/bin/Release/net10.0/AccessBroker.Demo.Helpdesk.dll" \
    --urls "http://127.0.0.1:$helpdesk_port" --data "$data/helpdesk" \
    --credential-file "$data/helpdesk/credential" --access-log "$data/helpdesk/access.log" >"$data/helpdesk/log" 2>&1 &
helpdesk_pid=$!

targets=$root/ops/demo/targets.yaml
command -v radicale >/dev/null || echo "Installing Radicale, the demo's calendar, where that is allowed …"
if "$root/ops/demo/radicale.sh" start "$data/radicale" "$radicale_port" >"$data/radicale.out" 2>&1; then
    radicale=1
else
    echo "Skipped: the calendar. $(tail -n 1 "$data/radicale.out")"
    targets=$data/targets.yaml
    sed '/^  - name: calendar/,$d' "$root/ops/demo/targets.yaml" >"$targets"
fi

cd "$root/src/AccessBroker.Server/bin/Release/net10.0" # the settings that it is shipped with; what follows comes before them
env ASPNETCORE_ENVIRONMENT=Production "ASPNETCORE_URLS=http://127.0.0.1:$port;http://[::1]:$port" \
    Server__PublicUrl="http://localhost:$port" Gateway__HostSuffix=localhost Demo__Enabled=true \
    Storage__Provider=Sqlite Storage__ConnectionString="Data Source=$data/broker/broker.db" Keys__Folder="$data/broker/keys" \
    Log__Origin=localhost/demo Targets__File="$targets" \
    Tenants__0__Id=acme Tenants__0__Name='Acme Corp' Tenants__1__Id=globex Tenants__1__Name=Globex \
    HELPDESK_URL="http://127.0.0.1:$helpdesk_port" HELPDESK_CREDENTIAL_FILE="$data/helpdesk/credential" \
    CALENDAR_URL="http://127.0.0.1:$radicale_port" CALENDAR_CREDENTIAL_FILE="$data/radicale/credential" \
    dotnet AccessBroker.Server.dll >"$server_log" 2>&1 &
server_pid=$!
cd "$root"

# Bash speaks HTTP well enough, and a fresh machine has no curl.
answers() { # PORT PATH
    local status
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
    IFS= read -r -t 5 status <&3 || status=
    exec 3>&-
    [[ $status == *" 200 "* ]]
} 2>/dev/null

await() { # NAME PID PORT PATH LOG
    local tries=0
    until answers "$3" "$4"; do
        kill -0 "$2" 2>/dev/null || { tail -n 20 "$5" >&2; die 1 "The $1 did not start; the end of its log stands above."; }
        [ $((tries += 1)) -lt 300 ] || { tail -n 20 "$5" >&2; die 1 "The $1 did not answer within 60 s; the end of its log stands above."; }
        sleep 0.2
    done
}
await helpdesk "$helpdesk_pid" "$helpdesk_port" /healthz "$data/helpdesk/log"
await broker "$server_pid" "$port" /healthz/ready "$server_log"

# --- the story, or the demo -----------------------------------------------------------------------------------------

cli=$root/src/AccessBroker.Cli/bin/Release/net10.0/accessbroker.dll
if [ -n "$check" ]; then
    echo "The broker is up after $((SECONDS - started_at)) s; the story begins. Each step shows how long it took, and below it what was seen."
    dotnet "$root/ops/demo/Story/bin/Release/net10.0/AccessBroker.Demo.Story.dll" \
        --server "http://localhost:$port" --cli "${ACCESSBROKER_CLI:-$cli}" --out "$out" --work "$data/story" \
        --database "$data/broker/broker.db" --helpdesk-log "$data/helpdesk/access.log" \
        --helpdesk-credential "$data/helpdesk/credential" --verifier "$root/src/AccessBroker.Evidence/verify.cs" \
        ${radicale:+--calendar-credential "$data/radicale/credential"} ${mounted:+--small-disk "$data/broker"}
    exit 0
fi

cat <<END

The broker is up after $((SECONDS - started_at)) s.

  http://localhost:$port                        the broker: ask, approve, watch, audit
  http://acme--helpdesk.localhost:$port         customer acme's helpdesk, through the gateway

Sign in as (there are no passwords in the demo):
  dana, eve      support engineers at the vendor, Northwind: they ask for access
  priya, paul    approvers at customer acme · olga   approver at customer globex
  alan           auditor · ada   administrator

On the command line:
  alias accessbroker='dotnet $cli'
  accessbroker login --as dana --server http://localhost:$port
  accessbroker request create --tenant acme --target helpdesk --operations tickets.read --for 30m -t 48213 --reason 'Customer cannot open ticket 48213'

Log: $server_log
Ctrl-C ends everything.
END
wait "$server_pid" || die 1 "The broker ended by itself; see $server_log"
