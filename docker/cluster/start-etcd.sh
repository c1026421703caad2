#!/bin/bash
# Takes etcd's programs out of its image and starts it as a service; comes by standard input.
# usage: start-etcd.sh IMAGE NAME ADDRESS INITIAL-CLUSTER WAY   (WAY: environment, flags or config-file)
set -euo pipefail
image=$1 name=$2 address=$3 initial_cluster=$4 way=$5

ctr -n k8s.io images pull --hosts-dir /etc/containerd/certs.d "$image" >/dev/null
mkdir -p /run/lab-etcd-image
ctr -n k8s.io images mount "$image" /run/lab-etcd-image >/dev/null
cp /run/lab-etcd-image/usr/local/bin/etcd* /usr/local/bin/
ctr -n k8s.io images unmount /run/lab-etcd-image >/dev/null

cat >/etc/etcd/etcd.env <<END
ETCD_NAME=$name
ETCD_DATA_DIR=/var/lib/etcd
ETCD_LISTEN_CLIENT_URLS=https://127.0.0.1:2379,https://$address:2379
ETCD_ADVERTISE_CLIENT_URLS=https://$address:2379
ETCD_LISTEN_PEER_URLS=https://$address:2380
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://$address:2380
ETCD_INITIAL_CLUSTER=$initial_cluster
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_INITIAL_CLUSTER_TOKEN=lab
ETCD_CERT_FILE=/etc/etcd/pki/server.crt
ETCD_KEY_FILE=/etc/etcd/pki/server.key
ETCD_CLIENT_CERT_AUTH=true
ETCD_TRUSTED_CA_FILE=/etc/etcd/pki/ca.crt
ETCD_PEER_CERT_FILE=/etc/etcd/pki/server.crt
ETCD_PEER_KEY_FILE=/etc/etcd/pki/server.key
ETCD_PEER_CLIENT_CERT_AUTH=true
ETCD_PEER_TRUSTED_CA_FILE=/etc/etcd/pki/ca.crt
END
case $way in
environment)
  settings=EnvironmentFile=/etc/etcd/etcd.env
  start=/usr/local/bin/etcd
  ;;
flags)
  settings=
  # ETCD_DATA_DIR=/x → --data-dir=/x
  start="/usr/local/bin/etcd $(sed -n 's/^ETCD_\([A-Z_]*\)=\(.*\)/\1 \2/p' /etc/etcd/etcd.env | while read -r key value; do
    printf -- '--%s=%s ' "$(echo "$key" | tr A-Z_ a-z-)" "$value"
  done)"
  rm /etc/etcd/etcd.env
  ;;
config-file)
  settings=
  start='/usr/local/bin/etcd --config-file=/etc/etcd/etcd.yaml'
  sed -n '/_\(CERT\|KEY\|CLIENT_CERT\|TRUSTED\)_\|ETCD_\(CERT\|KEY\|CLIENT_CERT\|TRUSTED\)_/!s/^ETCD_\([A-Z_]*\)=\(.*\)/\1 \2/p' /etc/etcd/etcd.env |
    while read -r key value; do printf '%s: %s\n' "$(echo "$key" | tr A-Z_ a-z-)" "$value"; done >/etc/etcd/etcd.yaml
  for side in client peer; do
    printf '%s-transport-security:\n  cert-file: /etc/etcd/pki/server.crt\n  key-file: /etc/etcd/pki/server.key\n  client-cert-auth: true\n  trusted-ca-file: /etc/etcd/pki/ca.crt\n' "$side"
  done >>/etc/etcd/etcd.yaml
  rm /etc/etcd/etcd.env
  ;;
esac

cat >/etc/systemd/system/etcd.service <<END
[Unit]
Description=etcd
After=network.target

[Service]
Type=notify
$settings
ExecStart=$start
Restart=on-failure
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable -q etcd
# Type=notify: a member reports itself once it has found most of the others, which are being started beside it.
systemctl start etcd
