#!/bin/bash
# provision.sh [--from DIR] - makes a Debian 12 machine into the calculator's server: containerd, faasd, nginx with TLS,
# firewall, journal limits, swap, automatic security updates, warm-up after boot.
#
# Run it as root, and again after every change here: what is as it should be is left alone, and only services whose files changed
# are restarted. --from DIR installs from files already downloaded (faasd, faas-cli, *.deb) and asks neither Debian's
# mirrors nor GitHub; their SHA-256 is checked all the same.
#
# Settings: /etc/calculator/settings (README.md). Downloads and their sums: downloads.txt, /etc/calculator/sums.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
from=
while [ $# -gt 0 ]; do
	case $1 in
	--from)
		from=$(cd "${2:?--from needs a folder}" && pwd)
		shift 2
		;;
	*)
		echo "usage: provision.sh [--from DIR]" >&2
		exit 2
		;;
	esac
done
[ "$(id -u)" = 0 ] || {
	echo "provision.sh: run it as root" >&2
	exit 1
}
grep -qs '^VERSION_ID="12"' /etc/os-release || {
	echo "provision.sh: made for Debian 12 (nginx 1.22, njs 0.7.9)" >&2
	exit 1
}
# shellcheck source=download.sh
. "$here/download.sh"

# --- settings ---

settings=/etc/calculator/settings
[ -e $settings ] || {
	echo "provision.sh: $settings is not there; README.md, step 3, says what to write into it" >&2
	exit 1
}
CALCULATOR_HOST='' CALCULATOR_EMAIL='' CALCULATOR_SWAP=1G
CALCULATOR_REGISTRY='' CALCULATOR_REGISTRY_USER='' CALCULATOR_REGISTRY_TOKEN_FILE=''
# shellcheck source=/dev/null
. $settings
[[ $CALCULATOR_HOST =~ ^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$ ]] || {
	echo "provision.sh: CALCULATOR_HOST in $settings must be the server's name, such as calculator.example.org" >&2
	exit 1
}

changes=0
changed() {
	changes=$((changes + 1))
	echo "changed: $1"
}

# put MODE SOURCE DESTINATION: true when the destination was not already so. The change is one rename.
put() {
	if cmp -s "$2" "$3" && [ "$(stat -c %a "$3")" = "$1" ]; then
		return 1
	fi
	mkdir -p "$(dirname "$3")"
	install -m "$1" "$2" "$3.new"
	mv "$3.new" "$3"
	changed "$3"
}

# text MODE DESTINATION: the same, from standard input.
text() {
	local made
	made=$(mktemp)
	cat >"$made"
	if put "$1" "$made" "$2"; then
		rm "$made"
		return 0
	fi
	rm "$made"
	return 1
}

# as_started NAME FILE…: true when NAME was last started (or reloaded) with these files as they are now. Not the changes of
# this run decide what is restarted: a run that ended half way would leave a service with old files.
stamps=/var/cache/calculator/started
as_started() {
	[ "$(cat $stamps/"$1" 2>/dev/null || true)" = "$(sha256sum "${@:2}")" ]
}
started() {
	mkdir -p $stamps
	sha256sum "${@:2}" >$stamps/"$1"
}

container() { systemd-detect-virt --container --quiet; }

# --- packages, all Debian's own and signed ---

export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
packages=(nginx-light libnginx-mod-http-js containerd runc containernetworking-plugins iptables nftables certbot
	unattended-upgrades ca-certificates curl jq openssl libicu72)
missing=()
for p in "${packages[@]}"; do
	[ "$(dpkg-query --show --showformat '${db:Status-Abbrev}' "$p" 2>/dev/null || true)" = 'ii ' ] || missing+=("$p")
done
if [ ${#missing[@]} -gt 0 ]; then
	changed "packages: ${missing[*]}"
	if [ -n "$from" ]; then
		find "$from" -maxdepth 1 -name '*.deb' -exec cp --update --target-directory /var/cache/apt/archives {} +
		apt-get install --yes --no-install-recommends --no-download "${missing[@]}"
	else
		apt-get update
		apt-get install --yes --no-install-recommends "${missing[@]}"
	fi
fi

# Before anything is changed: are the downloads there, and are they the pinned ones?
faasd=$(download faasd)
cli=$(download faas-cli)

# --- the machine: journal, kernel settings, swap, updates ---

# DigitalOcean's images can come with a journal that is kept nowhere: make its folder, and say so in its settings.
install -d -m 2755 -g systemd-journal /var/log/journal
if text 644 /etc/systemd/journald.conf.d/calculator.conf <<-'END'; then
	[Journal]
	Storage=persistent
	SystemMaxUse=200M
	SystemKeepFree=1G
	MaxRetentionSec=30day
	RateLimitIntervalSec=30s
	RateLimitBurst=20000
	ForwardToSyslog=no
END
	systemd-tmpfiles --create --prefix /var/log/journal
	systemctl restart systemd-journald
	journalctl --flush
fi

if text 644 /etc/sysctl.d/60-calculator.conf <<-'END'; then
	# Containers reach the internet through this machine.
	net.ipv4.ip_forward = 1
	# Swap is for what sleeps; a function at work stays in memory.
	vm.swappiness = 10
	net.core.somaxconn = 4096
END
	container || sysctl --quiet --load /etc/sysctl.d/60-calculator.conf
fi

if [ "$CALCULATOR_SWAP" != 0 ] && ! container && [ ! -e /swapfile ]; then
	changed "swap of $CALCULATOR_SWAP"
	fallocate -l "$CALCULATOR_SWAP" /swapfile.new
	chmod 600 /swapfile.new
	mkswap /swapfile.new >/dev/null
	mv /swapfile.new /swapfile
	echo '/swapfile none swap sw 0 0' >>/etc/fstab
	swapon /swapfile
fi

text 644 /etc/apt/apt.conf.d/52calculator <<-'END' || true
	APT::Periodic::Update-Package-Lists "1";
	APT::Periodic::Unattended-Upgrade "1";
	APT::Periodic::AutocleanInterval "7";
	Unattended-Upgrade::Remove-Unused-Dependencies "true";
	// A new kernel needs a start; the warm-up unit wakes the functions after it.
	Unattended-Upgrade::Automatic-Reboot "true";
	Unattended-Upgrade::Automatic-Reboot-Time "04:10";
	Dpkg::Options { "--force-confdef"; "--force-confold"; };
END
systemctl enable --quiet apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service

# Where needrestart is installed, it restarts services after an upgrade; in the middle of a job or a deployment, that is
# a broken deployment. A reboot at night does it instead.
text 644 /etc/needrestart/conf.d/calculator.conf <<-'END' || true
	$nrconf{override_rc}{qr(^actions\.runner\.)} = 0;
	$nrconf{override_rc}{qr(^(faasd|faasd-provider|containerd)\.service$)} = 0;
END

# --- the runner's user, and what it keeps: the last good digests, and the versions that nginx reads ---

if ! id calculator-runner >/dev/null 2>&1; then
	useradd --system --home-dir /var/lib/calculator-runner --create-home --shell /usr/sbin/nologin calculator-runner
	changed 'user calculator-runner'
fi
install -d -m 755 -o calculator-runner -g calculator-runner /var/lib/calculator

# --- firewall, before anything listens ---

for u in calculator-firewall faasd-provider faasd calculator-warm; do
	put 644 "$here/systemd/$u.service" "/etc/systemd/system/$u.service" || true
done
put 644 "$here/systemd/nginx.conf" /etc/systemd/system/nginx.service.d/calculator.conf || true
put 755 "$here/bin/warm" /usr/local/libexec/calculator/warm || true
put 644 "$here/nftables.conf" /etc/calculator/nftables.conf || true
systemctl daemon-reload
systemctl enable --quiet --now calculator-firewall
rules=(/etc/calculator/nftables.conf /etc/systemd/system/calculator-firewall.service)
if ! as_started firewall "${rules[@]}"; then
	systemctl reload calculator-firewall
	started firewall "${rules[@]}"
fi

# --- faasd ---

# faasd looks for its network plugins in one place only, Debian installs them in another.
if [ ! -e /opt/cni/bin ]; then
	mkdir -p /opt/cni
	ln -s /usr/lib/cni /opt/cni/bin
	changed /opt/cni/bin
fi
put 755 "$faasd" /usr/local/bin/faasd || true
put 755 "$cli" /usr/local/bin/faas-cli || true

# The folder is closed; the files in it are read in a container by a user that is not root.
install -d -m 755 /var/lib/faasd /var/lib/faasd-provider
install -d -m 700 /var/lib/faasd/secrets
install -d -m 755 -o 65534 -g 65534 /var/lib/faasd/prometheus
if [ ! -s /var/lib/faasd/secrets/basic-auth-password ]; then
	(umask 022 && openssl rand -hex 32 | tr -d '\n' >/var/lib/faasd/secrets/basic-auth-password)
	(umask 022 && printf admin >/var/lib/faasd/secrets/basic-auth-user)
	changed "the gateway's password: cat /var/lib/faasd/secrets/basic-auth-password"
fi
for f in docker-compose.yaml prometheus.yml; do
	put 644 "$here/faasd/$f" "/var/lib/faasd/$f" || true
done
text 644 /var/lib/faasd/resolv.conf <<<'nameserver 1.1.1.1' || true
if [ -n "$CALCULATOR_REGISTRY" ]; then # packages that are not public
	auth=$(printf '%s:%s' "$CALCULATOR_REGISTRY_USER" "$(tr -d '\n' <"$CALCULATOR_REGISTRY_TOKEN_FILE")" | base64 --wrap 0)
	install -d -m 700 /var/lib/faasd/.docker
	text 600 /var/lib/faasd/.docker/config.json <<<"{\"auths\":{\"$CALCULATOR_REGISTRY\":{\"auth\":\"$auth\"}}}" || true
fi
systemctl enable --quiet --now containerd
systemctl enable --quiet faasd-provider faasd calculator-warm
parts=(/usr/local/bin/faasd /etc/systemd/system/faasd{,-provider}.service /var/lib/faasd/{docker-compose.yaml,prometheus.yml}
	/var/lib/faasd/secrets/basic-auth-password)
if ! as_started faasd "${parts[@]}"; then
	systemctl restart faasd-provider faasd
	started faasd "${parts[@]}"
	systemctl restart --no-block calculator-warm
fi

# --- nginx ---

install -d -m 700 /etc/calculator/tls
install -d -m 755 /var/lib/calculator-acme
put 644 "$here/nginx/ffdhe2048.pem" /etc/calculator/tls/ffdhe2048.pem || true
put 644 "$here/nginx/hold.js" /etc/nginx/calculator/hold.js || true
sed "s/calculator\.example/$CALCULATOR_HOST/g" "$here/nginx/calculator.conf" | text 644 /etc/nginx/conf.d/calculator.conf || true
if [ -e /etc/nginx/sites-enabled/default ]; then
	rm /etc/nginx/sites-enabled/default
	changed '/etc/nginx/sites-enabled/default (removed)'
fi
if [ ! -e /etc/calculator/tls/fullchain.pem ]; then
	# nginx needs some certificate to start; certbot's takes its place below.
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$CALCULATOR_HOST" \
		-addext "subjectAltName=DNS:$CALCULATOR_HOST" -keyout /etc/calculator/tls/privkey.pem -out /etc/calculator/tls/fullchain.pem 2>/dev/null
	changed 'a self-signed certificate, until certbot has one'
fi
text 755 /etc/letsencrypt/renewal-hooks/deploy/calculator <<-'END' || true
	#!/bin/sh
	# certbot calls this after each renewal.
	set -e
	ln -sf "$RENEWED_LINEAGE/fullchain.pem" /etc/calculator/tls/fullchain.pem
	ln -sf "$RENEWED_LINEAGE/privkey.pem" /etc/calculator/tls/privkey.pem
	nginx -t -q
	systemctl reload nginx
END
text 644 /etc/logrotate.d/calculator-nginx <<-'END' || true
	/var/log/nginx/calculator.log {
		daily
		maxsize 20M
		rotate 7
		compress
		delaycompress
		missingok
		notifempty
		create 0640 www-data adm
		sharedscripts
		postrotate
			invoke-rc.d nginx rotate >/dev/null 2>&1
		endscript
	}
END
# Debian's own rule for /var/log/nginx/*.log would rotate the same file.
if grep -qs '^/var/log/nginx/\*\.log' /etc/logrotate.d/nginx; then
	sed -i 's|^/var/log/nginx/\*\.log|/var/log/nginx/access.log /var/log/nginx/error.log|' /etc/logrotate.d/nginx
	changed /etc/logrotate.d/nginx
fi
systemctl enable --quiet nginx
unit=(/etc/systemd/system/nginx.service.d/calculator.conf)
parts=(/etc/nginx/conf.d/calculator.conf /etc/nginx/calculator/hold.js /etc/calculator/tls/{fullchain,ffdhe2048}.pem)
if ! as_started nginx-unit "${unit[@]}" || ! systemctl is-active --quiet nginx; then
	systemctl restart nginx # whose unit checks the configuration first
	started nginx-unit "${unit[@]}"
elif ! as_started nginx "${parts[@]}"; then
	nginx -t -q
	systemctl reload nginx
fi
started nginx "${parts[@]}"
if [ -n "$CALCULATOR_EMAIL" ] && [ -z "$from" ] && [ ! -e "/etc/letsencrypt/live/$CALCULATOR_HOST" ]; then
	changed 'a certificate by certbot'
	certbot certonly --non-interactive --agree-tos --email "$CALCULATOR_EMAIL" --webroot --webroot-path /var/lib/calculator-acme \
		--domain "$CALCULATOR_HOST" || echo "no certificate yet: does $CALCULATOR_HOST lead here? Then run provision.sh again" >&2
	if [ -e "/etc/letsencrypt/live/$CALCULATOR_HOST" ]; then
		RENEWED_LINEAGE=/etc/letsencrypt/live/$CALCULATOR_HOST /etc/letsencrypt/renewal-hooks/deploy/calculator
	fi
fi
systemctl enable --quiet certbot.timer

if [ $changes = 0 ]; then
	echo 'everything is as it should be; nothing was changed'
else
	echo "$changes changes; the machine is provisioned"
fi
