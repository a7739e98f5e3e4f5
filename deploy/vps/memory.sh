#!/bin/bash
# memory.sh - what the fifteen functions take of the machine's memory: built as the Dockerfile builds them, run as processes, idle and
# after requests. Prints the sum of their Pss (/proc/PID/smaps_rollup), in which pages that several share count once.
# Needs Go and curl; takes some minutes, most of them for building.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
pids=()
trap '[ ${#pids[@]} = 0 ] || kill "${pids[@]}"; rm -rf "$work"' EXIT

git archive HEAD | tar -x -C "$work"
port=18100
for folder in functions/*/; do
	name=$(basename "$folder")
	[ -e "$folder/handler.go" ] || continue
	rm -rf "$work/template/calculator/function"
	cp -r "$work/functions/$name" "$work/template/calculator/function"
	rm -f "$work"/template/calculator/function/*_test.go
	(cd "$work" && CGO_ENABLED=0 go build -trimpath -tags lambda.norpc,nethttpomithttp2 -ldflags '-s -w' -o "$work/$name" ./template/calculator)
	port=$port metrics_port=0 GOMEMLIMIT=112MiB "$work/$name" >/dev/null 2>&1 &
	pids+=($!)
	names+=("$name")
	port=$((port + 1))
done
sleep 3

pss() {
	local sum=0 one
	for pid in "${pids[@]}"; do
		one=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
		sum=$((sum + one))
	done
	echo "$1: ${#pids[@]} functions, $((sum / 1024)) MiB of Pss, $((sum / 1024 / ${#pids[@]})) MiB each"
}

pss idle
port=18100
for name in "${names[@]}"; do
	body='{"args":["2","3"]}'
	case $name in
	evaluate) body='{"expression":"sin(1)+sqrt(2)*exp(1.5)","precision":1000}' ;;
	exp | sin | cos | tan) body='{"args":["1.5"],"precision":1000}' ;;
	esac
	path=/
	[ "$name" != dashboard ] || path=/evaluate body='{"expression":"1/3*3"}'
	seq 1000 | xargs -P 8 -n 50 sh -c "for i; do curl -s -o /dev/null --json '$body' http://127.0.0.1:$port$path; done" -
	port=$((port + 1))
done
pss "after 1,000 requests each"
