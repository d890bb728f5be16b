#!/usr/bin/env bash
# Puts `ptuplan` on the PATH: a release binary whose checksum fits, or a build of the source.
#   PTUPLAN_VERSION     a release such as v0.2.0, or `build`
#   PTUPLAN_SOURCE      folder of the source, for `build`
#   PTUPLAN_REPOSITORY  OWNER/NAME that has the releases
set -euo pipefail

version=${PTUPLAN_VERSION:-build}
target=${PTUPLAN_INSTALL:-${RUNNER_TEMP:-${AGENT_TEMPDIRECTORY:-/tmp}}/ptuplan}
mkdir -p "$target/bin"

if [[ $version == build ]]; then
    cargo install --quiet --locked --path "${PTUPLAN_SOURCE:?set PTUPLAN_SOURCE}" --root "$target"
else
    : "${PTUPLAN_REPOSITORY:?set PTUPLAN_REPOSITORY}"
    if [[ ! $version =~ ^v?[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
        echo "not a release: $version; write it as v0.2.0, or \`build\`" >&2
        exit 2
    fi
    system=$(uname -s | tr '[:upper:]' '[:lower:]')
    case $system in mingw* | msys* | cygwin*) system=windows ;; esac
    program=ptuplan
    [[ $system != windows ]] || program=ptuplan.exe
    name=ptuplan-$(uname -m)-$system.tar.gz
    base=${GITHUB_SERVER_URL:-https://github.com}/$PTUPLAN_REPOSITORY/releases/download/$version
    cd "$target"
    curl --fail --silent --show-error --location --remote-name "$base/$name" --remote-name "$base/$name.sha256" || {
        echo "no release $version for this machine ($name): use version \`build\`" >&2
        exit 2
    }
    if command -v sha256sum >/dev/null; then check=sha256sum; else check='shasum --algorithm 256'; fi
    $check --check "$name.sha256" >/dev/null
    tar --extract --gzip --file "$name" --directory bin "./$program"
fi

"$target/bin/ptuplan" --version
if [[ -n ${GITHUB_PATH:-} ]]; then
    echo "$target/bin" >>"$GITHUB_PATH"
else
    echo "##vso[task.prependpath]$target/bin"
fi
