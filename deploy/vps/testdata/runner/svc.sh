#!/bin/bash
# Stands in for GitHub's svc.sh: writes a unit as its template does.
set -eu
[ "$1" = install ]
unit=actions.runner.owner-calculator.test.service
[ ! -e "/etc/systemd/system/$unit" ] || { echo "error: exists" && exit 1; }
cat >"/etc/systemd/system/$unit" <<END
[Unit]
Description=GitHub Actions Runner
After=network.target
[Service]
ExecStart=$PWD/runsvc.sh
User=$2
WorkingDirectory=$PWD
KillMode=process
KillSignal=SIGTERM
TimeoutStopSec=5min
[Install]
WantedBy=multi-user.target
END
echo $unit >.service
