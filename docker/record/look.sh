# What one machine is made of, in sections; run as root by `lab record`, and by nothing of nodeops.
hash() { sha256sum "$@" 2>/dev/null; }
echo '## packages'
dpkg-query -W -f='${Package}\t${db:Status-Abbrev}\t${Version}\n' containerd cri-tools kubeadm kubectl kubelet kubernetes-cni 2>/dev/null
echo '## held'
apt-mark showhold
echo '## updates'
ls /var/lib/dpkg/updates
echo '## units'
for u in containerd.service kubelet.service $(systemctl list-units --all --plain --no-legend 'nodeops-*' 'rec-*' | awk '{print $1}'); do
  printf '%s\t%s\n' "$u" "$(systemctl show -p LoadState -p ActiveState -p SubState -p Result -p NeedDaemonReload "$u" | sort | tr '\n' ' ')"
done
echo '## kubelet'
pid=$(systemctl show --value -p MainPID kubelet.service)
[ "${pid:-0}" -gt 0 ] && "/proc/$pid/exe" --version
echo '## files'
find /etc/kubernetes /etc/apt -path /etc/kubernetes/tmp -prune -o -type f -exec sha256sum {} +
hash /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env /var/lib/kubelet/instance-config.yaml /etc/default/kubelet
find /etc/containerd/certs.d -type f -exec sha256sum {} + 2>/dev/null
find /var/lib/nodeops -type f -size -64k -exec sha256sum {} + 2>/dev/null
echo '## listing'
find /var/lib/nodeops -mindepth 1 \( -type d -printf '%p/\n' \) -o -printf '%p\n' 2>/dev/null
find /etc/kubernetes/tmp -mindepth 1 -maxdepth 1 -printf '%p/\n' 2>/dev/null
find /var/lib/etcd -maxdepth 1 -type f -printf '%p\n' 2>/dev/null
find /var/lib/apt/lists -maxdepth 1 -type f -name '*k8s*' -printf '%p\n'
echo '## archives'
ls /var/cache/apt/archives 2>/dev/null | grep '\.deb$'
echo '## boot'
cat /proc/sys/kernel/random/boot_id
echo '## texts'
for f in /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/preferences /etc/apt/preferences.d/* /etc/apt/apt.conf.d/* \
  /etc/kubernetes/manifests/*.yaml /etc/default/kubelet /etc/kubernetes/resolv.conf /etc/containerd/certs.d/*/* \
  /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env /var/lib/kubelet/instance-config.yaml; do
  [ -f "$f" ] && printf '%s\n' "$(base64 -w 0 < "$f")"
done
find /var/lib/nodeops -type f -size -64k -exec base64 -w 0 {} \; -exec echo \; 2>/dev/null
:
