#!/usr/bin/env bash
# Runs every test project and adds up what they say.
#
#   ops/test.sh [PROJECT …]     all of tests/, or only those whose name contains one of the words, such as: Gateway Cli
#
# The last line is always: N passed, N failed, N skipped. Why a test was skipped stands above it.
# Exit: 0 all passed · 1 something failed · 2 it could not be run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# What tests run for real: a browser for the pages, a PostgreSQL for the storage suite, a PKCS#11 token for keys.
install() {
    local missing=()
    [ -x /usr/bin/chromium ] || missing+=(chromium)
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    [ -e /usr/lib/softhsm/libsofthsm2.so ] && [ -x /usr/bin/softhsm2-util ] || missing+=(softhsm2)
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "The tests that need ${missing[*]} will be skipped; to run them: sudo apt-get install ${missing[*]}"
        return 0
    fi
    echo "Installing ${missing[*]} …"
    local get=(env DEBIAN_FRONTEND=noninteractive apt-get -qq)
    "${get[@]}" install --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
        { "${get[@]}" update && "${get[@]}" install --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 ||
        echo "${missing[*]} could not be installed: the tests that need them will be skipped."
}

wanted() { # PROJECT WORD…
    local project=$1 word
    shift
    [ $# -gt 0 ] || return 0
    for word; do [[ $project == *"$word"* ]] && return 0; done
    return 1
}

# One attribute of a report's <assembly …> element.
count() { # NAME FILE
    local number sum=0
    for number in $(grep -o '<assembly [^>]*>' "$2" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'); do sum=$((sum + number)); done
    echo "$sum"
}

# The name of every failed test of a report: what it said may be longer than what is shown of it.
failures() { # FILE
    tr '\n' ' ' <"$1" | sed 's/<test /\n<test /g' | grep 'result="Fail"' | sed -E 's/^<test [^>]*name="([^"]*)".*$/  failed: \1/; s/&quot;/"/g; s/&amp;/\&/g' || true
}

# "name: reason" of every skipped test of a report, XML's entities undone.
skipped() { # FILE
    tr '\n' ' ' <"$1" | sed 's/<test /\n<test /g' | grep 'result="Skip"' |
        sed -E 's/^<test [^>]*name="([^"]*)".*<reason>(<!\[CDATA\[)?([^]<]*).*$/  skipped: \1: \3/' |
        sed 's/&quot;/"/g; s/&apos;/'"'"'/g; s/&#39;/'"'"'/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' || true
}

command -v dotnet >/dev/null || { echo "ops/test.sh needs the .NET SDK 10, and there is no dotnet on the PATH."; exit 2; }
install
echo "Building …"
ops/build.sh AccessBroker.sln -v q || { echo "The build failed."; exit 2; }

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skips=0
for path in tests/*.Tests/*.csproj; do
    project=$(basename "$path" .csproj)
    wanted "$project" "$@" || continue
    report=$results/$project.xml
    printf '%s … ' "$project"
    started=$SECONDS
    if dotnet "tests/$project/bin/Release/net10.0/$project.dll" --results-directory "$results" --report-xunit-xml --report-xunit-xml-filename "$project.xml" \
        --progress off --ansi off >"$results/$project.log" 2>&1; then code=0; else code=$?; fi
    if [ ! -s "$report" ]; then
        # Nothing to count means a crash or no test at all; both would otherwise look like success.
        echo "ended with $code and no report"
        tail -n 40 "$results/$project.log"
        failed=$((failed + 1))
        continue
    fi
    ok=$(count passed "$report") bad=$(count failed "$report") left=$(count skipped "$report") broken=$(count errors "$report")
    bad=$((bad + broken))
    [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    echo "$ok passed, $bad failed, $left skipped ($((SECONDS - started)) s)"
    [ "$bad" -eq 0 ] || grep -v '^ *$' "$results/$project.log" | tail -n 200
    failures "$report"
    # How many published vectors were held to, and what the crash harness counted.
    grep -ohE '(vectors|counts): [^]<]*' "$report" | sort -u | sed 's/&quot;/"/g; s/^/  /' || true
    skipped "$report"
    passed=$((passed + ok)) failed=$((failed + bad)) skips=$((skips + left))
done

echo "$passed passed, $failed failed, $skips skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
