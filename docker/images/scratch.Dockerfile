# etcd and the control plane: nothing but their programs, where kubeadm's manifests expect to find them on PATH.
FROM scratch
COPY . /usr/local/bin/
