#!/bin/bash
# test.sh - provisions a booted Debian 12 (debootstrap and systemd-nspawn, no network but its own) twice, with stand-ins for
# what cannot be had without the internet, starts it anew, kills its runner, and looks after each. Root, Debian,
# 1.5 GB of disk; a second run reuses the packages in CACHE.
#
#   apt-get install debootstrap systemd-container iproute2 golang
#   deploy/vps/test.sh
#
# Exits 77 with one line where it cannot run at all.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${CACHE:-/var/cache/calculator-vps-test}
[ "$(id -u)" = 0 ] || { echo "test.sh: skipped: needs root" && exit 77; }
grep -q ' cgroup2 ' /proc/mounts || { echo "test.sh: skipped: needs cgroup2" && exit 77; }
for tool in debootstrap systemd-nspawn nsenter ip go; do
	command -v $tool >/dev/null || { echo "test.sh: skipped: needs $tool" && exit 77; }
done

packages=(nginx-light libnginx-mod-http-js containerd runc containernetworking-plugins iptables nftables certbot
	unattended-upgrades ca-certificates curl jq openssl libicu72)
mkdir -p "$cache"
if [ ! -e "$cache/base.done" ]; then
	echo "making a Debian in $cache"
	rm -rf "$cache/base"
	debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,udev,iproute2,procps bookworm "$cache/base" >"$cache/debootstrap.log"
	chroot "$cache/base" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends --download-only \
		"${packages[@]}" >"$cache/packages.log"
	touch "$cache/base.done"
fi

work=$(mktemp -d)
root=$work/machine
outside=calculator-outside-$$
nspawn=
finish() {
	if [ -n "$nspawn" ]; then
		kill "$nspawn" 2>/dev/null || true # asks the machine to shut down
		for _ in {1..100}; do kill -0 "$nspawn" 2>/dev/null && sleep 0.1; done
		kill -9 "$nspawn" 2>/dev/null || true
	fi
	ip netns delete $outside 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
cp -a --reflink=auto "$cache/base" "$root"
: >"$root/etc/machine-id"
mkdir -p "$root/root/from" "$root/etc/calculator"
mv "$root"/var/cache/apt/archives/*.deb "$root/root/from/"
cp -a "$here" "$root/root/vps"
rm "$root"/root/vps/*_test.go
(cd "$here/testdata/standin" && CGO_ENABLED=0 go build -o "$root/root/from/faasd" .)
suffix=
[ "$(uname -m)" = x86_64 ] || suffix=-arm64
[ -z $suffix ] || mv "$root/root/from/faasd" "$root/root/from/faasd$suffix"
cp "$root/root/from/faasd$suffix" "$root/root/from/faas-cli$suffix"
runner=$(awk -v a="$([ -z $suffix ] && echo amd64 || echo arm64)" '$1 == "actions-runner" && $2 == a { print $4 }' "$here/downloads.txt")
tar -czf "$root/root/from/${runner##*/}" -C "$here/testdata/runner" .
printf 'CALCULATOR_HOST=calculator.test\n' >"$root/etc/calculator/settings"

# --- the machine, and another beside it that is the internet ---

# As Debian does, in the unified hierarchy, also where this machine has it only beside the old one: in the old one systemd is
# not told that the last process of a service has ended, and a service that was killed stays "deactivating" for minutes.
start() {
	local log=$work/console
	SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet --directory "$root" --boot --private-network --register=no \
		--keep-unit --console=pipe --capability=CAP_NET_ADMIN >"$log" 2>&1 </dev/null &
	nspawn=$!
}
leader() { tr -d " " <"/proc/$nspawn/task/$nspawn/children" 2>/dev/null; }
inside() { timeout 300 nsenter --target "$(leader)" --all --wdns=/root env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
booted() {
	for _ in {1..300}; do
		case $(inside systemctl is-system-running 2>/dev/null) in running | degraded) return 0 ;; esac
		sleep 0.2
	done
	echo "the machine did not start:" && tail -20 "$work/console" && return 1
}
connect() {
	ip netns delete $outside 2>/dev/null || true
	ip netns add $outside
	ip link add "co$$" netns $outside type veth peer name eth9 netns "$(leader)"
	ip -n $outside addr add 192.0.2.1/24 dev "co$$"
	ip -n $outside link set "co$$" up
	inside ip addr add 192.0.2.2/24 dev eth9
	inside ip link set eth9 up
}
failures=0
is() { # is CLAIM COMMAND…
	local claim=$1 out
	shift
	if out=$("$@" 2>&1); then
		echo "ok: $claim"
	else
		failures=$((failures + 1))
		printf 'FAILED: %s\n%s\n' "$claim" "$out" | head -20
	fi
}
eventually() {
	for _ in {1..100}; do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.2
	done
	"$@"
}
says() { # says TEXT COMMAND…: the command fails, and says so
	local text=$1 out
	shift
	if out=$("$@" 2>&1); then
		echo "it succeeded: $out" && return 1
	fi
	grep -qF -- "$text" <<<"$out" || { echo "$out" && return 1; }
}
reachable() { ip netns exec $outside timeout 2 bash -c "exec 3<>/dev/tcp/192.0.2.2/$1"; }
unreachable() { ! reachable "$1" 2>/dev/null; }
fetch() { inside curl --silent --show-error --insecure --max-time 5 --resolve calculator.test:443:127.0.0.1 "$@"; }
fetches() { # fetches STATUS URL
	local status
	status=$(fetch --output /dev/null --write-out '%{http_code}' "https://calculator.test$2")
	[ "$status" = "$1" ] || { echo "$2: $status, not $1" && return 1; }
}

listening='0.0.0.0:443 0.0.0.0:80 10.62.0.1:9090 127.0.0.1:8080 [::]:443 [::]:80 any:8081'
ports() { # containerd has a port of its own on loopback, another one each time
	local seen
	seen=$(inside ss -Hltnp | grep -v '127.0.0.1:.*"containerd"' | awk '{ sub(/^\*/, "any", $4); print $4 }' | LC_ALL=C sort -u | paste -sd ' ')
	[ "$seen" = "$listening" ] || { echo "listening: $seen" && return 1; }
}

none_failed() {
	local failed
	failed=$(inside systemctl --failed --no-legend --plain | grep -v -e systemd-logind -e e2scrub || true)
	[ -z "$failed" ] || { echo "$failed" && return 1; }
}

healthy() {
	local unit path port
	for unit in calculator-firewall containerd faasd-provider faasd nginx calculator-warm certbot.timer unattended-upgrades; do
		is "$1: $unit is enabled" inside systemctl is-enabled --quiet $unit
		is "$1: $unit is active" eventually inside systemctl is-active --quiet $unit
	done
	is "$1: ports are bound where they should be, and nowhere else" eventually ports
	is "$1: nginx serves a function" eventually fetches 200 /function/add
	is "$1: the front page leads to the dashboard" fetches 302 /
	for path in /system/functions /ui/ /async-function/add /healthz; do
		is "$1: $path is hidden" fetches 404 $path
	done
	for port in 80 443; do is "$1: port $port is reachable from outside" reachable $port; done
	for port in 8080 8081 9090; do is "$1: port $port is not" unreachable $port; done
	is "$1: the journal is kept on disk" inside bash -c 'ls /var/log/journal/*/system.journal'
	is "$1: no unit has failed" none_failed
}

start
booted

is 'without a sum nothing is installed' says 'no SHA-256 is known' inside /root/vps/provision.sh --from /root/from
for f in faasd faas-cli; do
	echo "$(sha256sum "$root/root/from/$f$suffix" | cut -d ' ' -f 1)  $f  $([ -z $suffix ] && echo amd64 || echo arm64)"
done >"$root/etc/calculator/sums"
inside /root/vps/provision.sh --from /root/from >"$work/first" 2>&1 || { tail -40 "$work/first" && exit 1; }
connect
healthy 'first run'

pids() { inside systemctl show --property MainPID nginx faasd faasd-provider containerd; }
before=$(pids)
inside /root/vps/provision.sh --from /root/from >"$work/second" 2>&1 || { tail -40 "$work/second" && exit 1; }
is 'a second run changes nothing' grep -q 'nothing was changed' "$work/second"
is 'and restarts nothing' [ "$before" = "$(pids)" ]
cp "$root/root/from/faasd$suffix" "$work/faasd"
echo >>"$root/root/from/faasd$suffix"
is 'a file that is not the pinned one is refused' says 'not the pinned file' inside /root/vps/provision.sh --from /root/from
cp "$work/faasd" "$root/root/from/faasd$suffix"

register() { inside bash -c 'echo a-token | /root/vps/runner.sh --url https://github.com/owner/calculator --from /root/from'; }
is 'a runner that is not the pinned one is refused' says 'not the pinned file' register
sed -i '/^actions-runner/ s/[0-9a-f]\{64\}/-/' "$root/root/vps/downloads.txt"
echo "$(sha256sum "$root/root/from/${runner##*/}" | cut -d ' ' -f 1)  actions-runner  $([ -z $suffix ] && echo amd64 || echo arm64)" >>"$root/etc/calculator/sums"
is 'the runner is registered' register
is 'and mended without a token' inside /root/vps/runner.sh --from /root/from
unit=actions.runner.owner-calculator.test.service
main() { inside systemctl show --value --property MainPID $unit; }
other() { [ "$(main)" != "$1" ] && [ "$(main)" != 0 ]; }
own_user() { [ "$(inside stat -c %U "/proc/$(main)")" = calculator-runner ]; }
confined() {
	local pid
	pid=$(main)
	inside bash -c "
		! nsenter --target $pid --mount runuser -u calculator-runner -- cat /var/lib/faasd/secrets/basic-auth-password 2>/dev/null &&
		! nsenter --target $pid --mount runuser -u calculator-runner -- ls /run/containerd 2>/dev/null &&
		grep -q '^NoNewPrivs:.1' /proc/$pid/status && grep -q '^CapBnd:.0*$' /proc/$pid/status"
}
running() {
	is "$1: the runner runs" eventually inside systemctl is-active --quiet $unit
	is "$1: as its own user" eventually own_user # "active" begins before the process has changed its user
	is "$1: which may not become root, nor read the gateway's password or containerd's socket" confined
	is "$1: it may write where deploy/live keeps its digests" inside runuser -u calculator-runner -- touch /var/lib/calculator/deployed.json
}
running 'installed'
old=$(main)
inside kill -9 "$old"
is 'killed with -9, the runner comes back' eventually other "$old"
is 'the watch sees it online' eventually inside bash -c '/usr/local/libexec/calculator/runner-watch && [ ! -e /var/lib/calculator-runner-watch/since ]'
# Not masked: in /run, a mask gives way to the unit in /etc.
inside bash -c "mkdir /run/systemd/system/$unit.d && printf '[Unit]\\nConditionPathExists=/nowhere\\n' >/run/systemd/system/$unit.d/away.conf && systemctl daemon-reload && systemctl stop $unit"
inside bash -c 'mkdir -p /var/lib/calculator-runner-watch; echo 1 >/var/lib/calculator-runner-watch/since'
is 'the watch reports a runner that has been offline' inside bash -c '/usr/local/libexec/calculator/runner-watch 2>&1 | grep "has been offline since 1970"'
is 'once' inside bash -c '! /usr/local/libexec/calculator/runner-watch 2>&1 | grep offline'
inside bash -c "rm -r /run/systemd/system/$unit.d && systemctl daemon-reload"
inside systemctl start $unit
is 'and that it is back' eventually inside bash -c '/usr/local/libexec/calculator/runner-watch 2>&1 | grep "online again"'

# --- a start of the machine ---

inside systemctl reboot || true # which may end before it has answered
for _ in {1..300}; do
	kill -0 "$nspawn" 2>/dev/null || break
	sleep 0.2
done
is 'the machine goes down in a minute' bash -c "! kill -0 $nspawn 2>/dev/null"
start # --keep-unit leaves that to whoever started it
booted
connect
healthy 'after a start'
running 'after a start'
is 'after a start: the functions were warmed' eventually inside bash -c 'journalctl --boot --unit calculator-warm --output cat | grep -q "dashboard: warm"'
is 'after a start: the timer watches' inside systemctl is-active --quiet calculator-runner-watch.timer

[ $failures = 0 ] || {
	echo "$failures failures"
	exit 1
}
echo 'all is well'
