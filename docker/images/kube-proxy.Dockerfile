# kube-proxy calls iptables, nft and conntrack.
ARG BASE
FROM ${BASE}
COPY kube-proxy /usr/local/bin/
