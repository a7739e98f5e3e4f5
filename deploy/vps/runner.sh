#!/bin/bash
# runner.sh --url https://github.com/OWNER/REPOSITORY [--name NAME] [--from DIR] - installs GitHub's runner as a service.
#
# The registration token is read from standard input (GitHub: Settings, Actions, Runners, New self-hosted runner; it
# holds for an hour), and only for the first registration. Run it again to mend an installation: it needs no token then.
#
# The runner works as calculator-runner, which has no password, no sudo, no group but its own, and no Docker: it can
# only call the gateway, and needs the gateway's password for that, which GitHub gives to the deploy job alone. It refuses
# every job but those of main (bin/main-only.sh).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=/opt/calculator-runner
user=calculator-runner
from='' url='' name=$(hostname)
while [ $# -gt 0 ]; do
	case $1 in
	--url) url=${2:?} && shift 2 ;;
	--name) name=${2:?} && shift 2 ;;
	--from) from=$(cd "${2:?}" && pwd) && shift 2 ;;
	*)
		echo "usage: runner.sh --url https://github.com/OWNER/REPOSITORY [--name NAME] [--from DIR] < token" >&2
		exit 2
		;;
	esac
done
[ "$(id -u)" = 0 ] || {
	echo "runner.sh: run it as root" >&2
	exit 1
}
id $user >/dev/null 2>&1 || {
	echo "runner.sh: run provision.sh first" >&2
	exit 1
}
for group in sudo docker adm root; do
	if id -nG $user | grep -qw $group; then
		echo "runner.sh: $user is in the group $group, and a runner must not be" >&2
		exit 1
	fi
done
# shellcheck source=download.sh
. "$here/download.sh"

if [ ! -e $folder/config.sh ]; then
	archive=$(download actions-runner)
	rm -rf $folder.new
	install -d -m 755 $folder.new
	tar --extract --gzip --file "$archive" --directory $folder.new
	chown -R $user:$user $folder.new # its own: it replaces itself when GitHub asks for a newer version
	mv $folder.new $folder
fi
cd $folder

if [ ! -e .runner ]; then
	[ -n "$url" ] || {
		echo "runner.sh: --url is needed for the first registration" >&2
		exit 1
	}
	IFS= read -rs -p 'registration token: ' token
	echo
	[ -n "$token" ] || {
		echo "runner.sh: no token on standard input" >&2
		exit 1
	}
	# Through the environment, not the list of processes. The label is the one that the deploy job asks for.
	ACTIONS_RUNNER_INPUT_TOKEN=$token runuser --user $user --preserve-environment -- env HOME=/var/lib/$user ./config.sh \
		--unattended --replace --url "$url" --name "$name" --labels calculator-vps --work /var/lib/$user/work
	unset token
fi

[ -e .service ] || ./svc.sh install $user
unit=$(<.service)

mkdir -p "/etc/systemd/system/$unit.d"
cat >"/etc/systemd/system/$unit.d/calculator.conf" <<'END'
[Unit]
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Environment=ACTIONS_RUNNER_HOOK_JOB_STARTED=/usr/local/libexec/calculator/main-only.sh
Restart=always
RestartSec=5s
# The job of a service that stops may end; what is left of one that was killed would hold the runner's session.
KillMode=mixed
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths=/opt/calculator-runner /var/lib/calculator-runner /var/lib/calculator
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
InaccessiblePaths=-/run/containerd -/run/docker.sock -/etc/calculator/tls -/var/lib/faasd
RestrictSUIDSGID=yes
MemoryHigh=300M
MemoryMax=400M
OOMScoreAdjust=500
END
install -D -m 755 "$here/bin/runner-watch" /usr/local/libexec/calculator/runner-watch
install -m 755 "$here/bin/main-only.sh" /usr/local/libexec/calculator/main-only.sh
install -m 644 "$here/systemd/calculator-runner-watch.service" "$here/systemd/calculator-runner-watch.timer" /etc/systemd/system/
systemctl daemon-reload
systemctl enable --quiet "$unit"
systemctl restart "$unit"
systemctl enable --quiet --now calculator-runner-watch.timer
systemctl is-active --quiet "$unit"
echo "$unit is running; it starts with the machine and needs nobody logged in"
