#!/usr/bin/env bash
# Kills the log's writer at random points under load, and then looks for everything that it had acknowledged.
#
#   ops/crash.sh [--sqlite N] [--postgresql N] [--seed N]
#
#   --sqlite N      kills on SQLite (200)
#   --postgresql N  kills on PostgreSQL (50); at every third the database itself is stopped first, with pg_ctl stop -m immediate
#   --seed N        the moments of death, to try a failure again (another one each time)
#
# The tests of CI are the same with five kills each. It takes some minutes: each life is about a second, and so is each start.
# Exit: 0 everything was there · 1 something was not (said above) · 2 wrong use, or it could not be run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sqlite=200 postgresql=50 seed=''
while [ $# -gt 0 ]; do
    case $1 in
        --sqlite | --postgresql | --seed)
            [[ ${2:-} =~ ^[0-9]+$ ]] || { echo "$1 needs a number." >&2; exit 2; }
            printf -v "${1#--}" '%s' "$2"; shift 2 ;;
        *) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2 ;;
    esac
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ACCESSBROKER_CRASH_SEED=$seed
command -v dotnet >/dev/null || { echo "ops/crash.sh needs the .NET SDK 10, and there is no dotnet on the PATH." >&2; exit 2; }
ops/build.sh tests/AccessBroker.Crash.Tests -v q || { echo "The build failed." >&2; exit 2; }

run() { # PROVIDER KILLS
    [ "$2" -gt 0 ] || return 0
    ACCESSBROKER_CRASH_KILLS=$2 dotnet tests/AccessBroker.Crash.Tests/bin/Release/net10.0/AccessBroker.Crash.Tests.dll \
        --progress off --ansi off --filter-method "*.$1CrashTests.Kill_*"
}
failed=0
run Sqlite "$sqlite" || failed=1
run PostgreSql "$postgresql" || failed=1
exit "$failed"
