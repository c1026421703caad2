#!/bin/bash
# What an administrator does on a fresh host before `kubeadm init` or `join`; comes by standard input.
# usage: prepare-node.sh VERSION PAUSE-VERSION NAME-SERVER REGISTRY   (an empty REGISTRY means the public one, an empty
# VERSION a host that gets no packages of Kubernetes)
set -euo pipefail
version=$1 pause=$2 name_server=$3 registry=$4
repository=https://pkgs.k8s.io/core:/stable:/v${version%.*}/deb/

# A file of its own beside /etc/resolv.conf, which Docker rewrites at every start (see docker/node/entry.sh): Docker's
# loopback name server there would make CoreDNS's loop plugin abort.
echo "nameserver $name_server" | tee /etc/kubernetes/resolv.conf >/etc/resolv.conf

sed -i "s|registry.k8s.io/pause:[^\"]*|registry.k8s.io/pause:$pause|" /etc/containerd/config.toml
if [ -n "$registry" ]; then
  mkdir -p /etc/containerd/certs.d/registry.k8s.io
  printf 'server = "http://%s"\n\n[host."http://%s"]\n  capabilities = ["pull", "resolve"]\n' "$registry" "$registry" \
    >/etc/containerd/certs.d/registry.k8s.io/hosts.toml
fi
systemctl restart containerd
[ -n "$version" ] || exit 0

# https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/
curl -fsSL --retry 3 "${repository}Release.key" | gpg --dearmor --yes -o /etc/apt/keyrings/kubernetes-apt-keyring.gpg
echo "deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] $repository /" >/etc/apt/sources.list.d/kubernetes.list
# Only this list: Debian's own mirrors are not reachable from the nodes.
apt-get update -qq -o Dir::Etc::sourcelist=sources.list.d/kubernetes.list -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  kubeadm="$version-*" kubelet="$version-*" kubectl="$version-*" >/dev/null
apt-mark hold kubeadm kubelet kubectl kubernetes-cni >/dev/null
