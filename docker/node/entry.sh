#!/bin/sh
# Turns a container into something that systemd, containerd and the kubelet take for a host, then becomes systemd.

# Docker mounts the control groups read-only for a container that is not privileged.
for mounted in $(awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts); do
  mount -o remount,bind,rw "$mounted" 2>/dev/null
done
# Version 1 only: pods need the devices that runc gives them.
if [ -e /sys/fs/cgroup/devices/devices.allow ]; then echo a >/sys/fs/cgroup/devices/devices.allow; fi
# Version 2: systemd owns the tree, so the kubelet and runc have to ask it.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then sed -i 's/SystemdCgroup = false/SystemdCgroup = true/' /etc/containerd/config.toml; fi
# The kubelet watches the kernel's log for out-of-memory kills.
[ -e /dev/kmsg ] || mknod /dev/kmsg c 1 11
# Docker writes its own resolver at every start. When that has nobody to ask it lets each query time out (four minutes for
# an `apt-get update`); the name server chosen when the node was prepared answers or refuses at once.
if [ -s /etc/kubernetes/resolv.conf ]; then cat /etc/kubernetes/resolv.conf >/etc/resolv.conf; fi
# Mounts made for pods (service account tokens) must reach containers started later.
mount --make-rshared /
exec /sbin/init
