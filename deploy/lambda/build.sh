#!/usr/bin/env bash
# Builds the functions' packages for AWS Lambda, which template.yaml deploys: build/lambda/NAME.zip for each NAME, or for all of
# stack.yml. The same commit and the same Go give the same bytes.
#
#   deploy/lambda/build.sh [-o FOLDER] [NAME ...]
#
# GOARCH=amd64 builds for x86_64. COMMIT is the version that the functions say of themselves, else HEAD where nothing is changed.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=$PWD/build/lambda
if [ "${1:-}" = -o ]; then
  mkdir -p "${2:?the folder for the packages}"
  out=$(cd "$2" && pwd)
  shift 2
fi
known=$(sed -n 's|^ *handler: \./functions/\([a-z0-9]*\)$|\1|p' stack.yml)
names=("$@")
[ $# -gt 0 ] || read -r -d '' -a names <<<"$known" || true
for name in "${names[@]}"; do
  grep -qx -- "$name" <<<"$known" || { echo "$name: stack.yml has no such function; it has" $known >&2; exit 2; }
done

# Without a commit the functions say devel and a hash of themselves.
if [ -z "${COMMIT+set}" ]; then
  COMMIT=
  if git rev-parse -q --verify HEAD >/dev/null 2>&1 && [ -z "$(git status --porcelain -- go.mod go.sum calc functions template)" ]; then
    COMMIT=$(git rev-parse HEAD)
  fi
fi

# The function goes where the Dockerfile puts it, in a copy, since main.go imports it by that path.
src=$(mktemp -d)
trap 'rm -rf "$src"' EXIT
mkdir -p "$src/template" "$out"
cp -R go.mod go.sum calc functions "$src"
cp -R template/calculator "$src/template"
go build -buildvcs=false -o "$src/pack" ./deploy/lambda
for name in "${names[@]}"; do
  rm -rf "$src/template/calculator/function"
  cp -R "functions/$name" "$src/template/calculator/function"
  (cd "$src" && CGO_ENABLED=0 GOOS=linux GOARCH="${GOARCH:-arm64}" go build -buildvcs=false -trimpath -tags lambda.norpc,nethttpomithttp2 \
    -ldflags "-s -w -X calculator/template/calculator/host.commit=$COMMIT" -o bootstrap ./template/calculator)
  "$src/pack" "$src/bootstrap" "$out/$name.zip"
  echo "$out/$name.zip"
done
