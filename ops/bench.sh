#!/usr/bin/env bash
# gateway: the gateway beside what else people put before an application, all before the same upstream on this machine.
# audit: the log beside what its databases can do at most, and beside one row and commit for each entry.
# search: what people ask of a million entries, and how fast the rows that they search are written.
#
#   ops/bench.sh gateway|audit|search [--quick] [--rounds N] [--seconds S] [--connections A,B,…] [--only NAME,…] [--out FILE] [--keep]
#
#   --rounds N           median of N rounds (5)
#   --seconds S          length of one measurement (5)
#   --quick              one round of 2 s: a look, not a result
#   --connections A,B,…  wrk's connections (1,64,256); for audit the callers (1,16,64,256)
#   --only NAME,…        gateway: variants whose name contains one of the words; bare YARP always runs, the ratios stand on it
#                        audit: parts, of append, verify, export · search: sqlite, postgresql
#   --out FILE           one line of JSON for each result: {"name","value","unit","ratio"}
#                        (artifacts/bench-gateway.jsonl; of a quick look artifacts/bench-gateway-quick.jsonl; so for audit and search)
#   --keep               keep the folder with databases and logs
#
# Measured: bare-yarp (the proxy library alone), audited-sqlite and audited-postgresql (the broker, both entries of each request
# durable; with and, -unasserted, without telling the upstream who calls), nginx-auth-request (with a JSON access log), haproxy-jwt (jwt_verify of the broker's own tokens, with a log).
# audit: log-… (the broker's log, projection included), raw-… (the same bytes in the same batches, no hashing, chaining or sealing),
# row-… (INSERT and COMMIT for each entry), two nodes on one PostgreSQL, fdatasync; verify (a bundle with bodies and a whole log of up to
# ten million headers, on one processor, with the most memory it took), export (a million entries from SQLite).
# search: each page as the auditor's page asks it, time budget included; "whole" are pages that looked at all they should.
# Each must answer 200 with the right body before it is measured, and must have written a record for every answer afterwards.
# Exit: 0 measured · 1 something failed, nothing is reported · 2 wrong use, or something is missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
usage() { sed -n '2,25s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; }
die() { echo "$2" >&2; exit "$1"; }

what=${1:-}
[[ $what == gateway || $what == audit || $what == search ]] || { usage; [[ ${1:-} == --help || ${1:-} == -h ]] && exit 0 || exit 2; }
shift
keep='' out='' quick='' arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --keep) keep=1; shift ;;
        --quick) quick=-quick; arguments+=("$1"); shift ;;
        --out) [ $# -ge 2 ] || die 2 "--out needs a file."; out=$(realpath -m "$2"); shift 2 ;;
        --rounds | --seconds | --connections | --only) [ $# -ge 2 ] || die 2 "$1 needs a value."; arguments+=("$1" "$2"); shift 2 ;;
        *) usage; [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2 ;;
    esac
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PATH=$PATH:/usr/sbin
command -v dotnet >/dev/null || die 2 "The benchmark needs the .NET SDK 10, and there is no dotnet on the PATH."

missing=()
if [ "$what" = gateway ]; then
    command -v nginx >/dev/null || missing+=(nginx-light)
    command -v wrk >/dev/null || missing+=(wrk)
    command -v haproxy >/dev/null || missing+=(haproxy)
fi
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || die 2 "The benchmark needs these Debian packages: sudo apt-get install ${missing[*]}"
    echo "Installing ${missing[*]} …"
    get=(env DEBIAN_FRONTEND=noninteractive apt-get -qq)
    "${get[@]}" install --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
        { "${get[@]}" update && "${get[@]}" install --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 ||
        die 2 "These Debian packages could not be installed: ${missing[*]}"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/accessbroker-bench.XXXXXX")
chmod 711 "$work" # PostgreSQL's own user passes through
trap 'if [ -n "$keep" ]; then echo "Kept in $work"; else rm -rf "$work"; fi' EXIT

echo "Building …"
"$root/ops/build.sh" "$root/ops/bench/Bench.slnf" -v q || die 1 "The build failed."

kind=$(stat -f -c %T "$work")
[ "$kind" != tmpfs ] || die 2 "$work is in memory, where nothing is durable: set TMPDIR to a folder on a disk."
echo "$(nproc) processors, databases on $kind"
case $what in gateway) program=Driver/bin/Release/net10.0/AccessBroker.Bench.dll ;; audit) program=Audit/bin/Release/net10.0/AccessBroker.Bench.Audit.dll ;; search) program=Search/bin/Release/net10.0/AccessBroker.Bench.Search.dll ;; esac
dotnet "$root/ops/bench/$program" --root "$root" --work "$work" \
    --out "${out:-$root/artifacts/bench-$what$quick.jsonl}" ${arguments[@]+"${arguments[@]}"}
