#!/usr/bin/env bash
# Packs a program as a release has it: `pack.sh PROGRAM MACHINE-SYSTEM` writes dist/ptuplan-MACHINE-SYSTEM.tar.gz and its checksum.
set -euo pipefail
program=${1:?which program}
name=ptuplan-${2:?for which machine and system}.tar.gz
mkdir -p dist
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp "$program" LICENSE-MIT LICENSE-APACHE CHANGELOG.md "$stage/"
tar --create --gzip --file "dist/$name" --directory "$stage" .
cd dist
if command -v sha256sum >/dev/null; then
    sha256sum "$name" >"$name.sha256"
else
    shasum --algorithm 256 "$name" >"$name.sha256"
fi
