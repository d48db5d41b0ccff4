#!/usr/bin/env bash
# dotnet build, Release, with a compiler server of its own that ends with the build.
#
#   ops/build.sh PROJECT|SOLUTION [argument of dotnet build …]
#
# Without a server each project starts the compiler anew, which takes as long as compiling it; with the shared one of
# the SDK a process would stay behind that the scripts started and cannot name.
set -euo pipefail

server=accessbroker-$$
end_server() { # by its name among the processes: a fresh machine has no pkill
    local process arguments
    for process in /proc/[0-9]*; do
        { arguments=$(tr '\0' ' ' <"$process/cmdline"); } 2>/dev/null || continue
        if [[ $arguments == *"-pipename:$server "* ]]; then kill "${process#/proc/}" 2>/dev/null || true; fi
    done
}
trap end_server EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A compiler lives for a minute at most, so time spent on measuring which of its methods are hot does not come back.
DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_TieredPGO=0 \
    dotnet build "$@" -c Release -tl:off -p:UseSharedCompilation=true -p:SharedCompilationId="$server"
