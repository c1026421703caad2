/** What is said where a control plane has no etcd of its own: its members are elsewhere. */
export const noManifest = 'nodeops: this control plane has no etcd manifest';
/** What is said where there should be one. */
export const notRunning = 'nodeops: etcd does not run on this control plane';
/** How everything begins that an etcd host says of itself: why its etcd cannot be asked. */
export const hostSays = 'nodeops: etcd host: ';

/**
 * Finds the etcd of the static pod's manifest among the processes, by its data directory, and asks it with the etcdctl
 * of its own image: what a process sees as `/` is `/proc/PID/root` (proc(5)). That needs neither an API server nor a
 * kubelet, nor the container runtime or one of its clients, and works on a frozen etcd's image as well (lab, 1.35.4).
 * Everything is read from the process: where it listens, which certificates it has. kubeadm issues the server's for
 * clients, too (kubeadm, KubeadmCertEtcdServer: server and client authentication).
 */
export const findEtcd = `manifest=/etc/kubernetes/manifests/etcd.yaml
[ -e "$manifest" ] || { echo '${noManifest}' >&2; exit 1; }
newline='
'
given() {
  value=
  case $arguments in *"$newline--$1="*)
    value=\${arguments##*"$newline--$1="}
    value=\${value%%"$newline"*}
    ;;
  esac
}
flag() { given "$1"; printf '%s\\n' "$value"; }
found=
for process in $(grep -lxF etcd /proc/[0-9]*/comm 2>/dev/null); do
  process=\${process%/comm}
  arguments=$(tr '\\0' '\\n' <"$process/cmdline") || continue
  given data-dir
  sed 's/^ *- *"\\{0,1\\}//; s/"\\{0,1\\} *$//' "$manifest" | grep -qxF -e "--data-dir=$value" || continue
  found=$process
  break
done
[ -n "$found" ] || { echo '${notRunning}' >&2; exit 1; }
root=$process/root
programs=$(readlink "$process/exe")
programs=$root\${programs%/*}
given listen-client-urls
case $value in *//0.0.0.0:* | *//\\[::\\]:*) given advertise-client-urls ;; esac
endpoint=\${value%%,*}
given trusted-ca-file
cacert=$root$value
given cert-file
cert=$root$value
given key-file
key=$root$value
etcdctl() { "$programs/etcdctl" --endpoints="$endpoint" --cacert="$cacert" --cert="$cert" --key="$key" "$@"; }`;

/** `cert-file` of the client's or the peers' side: a configuration file has them in a block of that name. */
const inConfiguration = String.raw`configured() {
  awk -v name="$1" '
    BEGIN {
      if (name ~ /^peer-/) { block = "peer-transport-security"; sub(/^peer-/, "", name) }
      else if (name ~ /^(client-)?(cert|key)-file$/ || name == "trusted-ca-file") block = "client-transport-security"
    }
    /^[^ #-]/ { current = $0; sub(/:.*/, "", current) }
    /^[^ #-]/ && block == "" || /^ / && current == block {
      line = $0; sub(/^ +/, "", line)
      if (index(line, name ":") != 1) next
      sub(/^[^:]*: */, "", line); sub(/ +#.*/, "", line); gsub(/^["\047]|["\047] *$/, "", line)
      print line
    }' "$config" | tail -n 1
}`;

const askOnHost = `etcdctl() {
  case $endpoint in
  http://*) "$programs/etcdctl" --endpoints="$endpoint" "$@" ;;
  *) "$programs/etcdctl" --endpoints="$endpoint" \${cacert:+"--cacert=$cacert"} \${cert:+"--cert=$cert" "--key=$key"} "$@" ;;
  esac
}`;

/**
 * On a host that is no node of Kubernetes: its one process of etcd, whatever service started it. Where it is given a
 * configuration file, etcd looks at nothing else; otherwise a flag goes before its variable (`--data-dir`, `-data-dir`,
 * `ETCD_DATA_DIR`). What systemd made of unit, drop-ins and environment files is what the process has got. Source: etcd
 * 3.6, etcdmain/config.go, `parse`, and embed/config.go, `configYAML`; systemd.exec(5).
 *
 * It is asked as a client at the address that it tells clients, since its certificate is for that one, and with the first
 * certificate of its own that is good for a client: `client-cert-file`, the server's, that for its peers.
 */
export const findEtcdOnHost = String.raw`say() { echo "${hostSays}$*" >&2; exit 1; }
given() {
  tr '\0' '\n' <"$process/cmdline" | awk -v name="$1" '
    taken { value = $0; taken = 0; next }
    $0 == "--" name || $0 == "-" name { taken = 1 }
    index($0, "--" name "=") == 1 { value = substr($0, length(name) + 4) }
    index($0, "-" name "=") == 1 { value = substr($0, length(name) + 3) }
    END { print value }'
}
variable() { tr '\0' '\n' <"$process/environ" | sed -n "s/^ETCD_$(echo "$1" | tr a-z- A-Z_)=//p" | tail -n 1; }
given_or_variable() { value=$(given "$1"); [ -n "$value" ] || value=$(variable "$1"); printf '%s\n' "$value"; }
${inConfiguration}
place() { case $1 in /*) echo "$root$1" ;; *) echo "$root$(readlink "$process/cwd")/$1" ;; esac; }
file_of() { value=$(flag "$1"); [ -z "$value" ] || place "$value"; }
for_clients() {
  [ -e "$1" ] || return 1
  command -v openssl >/dev/null || return 0
  uses=$(openssl x509 -in "$1" -noout -ext extendedKeyUsage 2>/dev/null)
  case $uses in '' | *'Client Authentication'* | *'Any Extended'*) return 0 ;; *) return 1 ;; esac
}
own_certificate() {
  for kind in client- '' peer-; do
    cert=$(file_of "$kind"cert-file) key=$(file_of "$kind"key-file)
    [ -z "$cert" ] || ! for_clients "$cert" || return 0
  done
  cert= key=
}
found=
for each in /proc/[0-9]*; do
  { read -r name <"$each/comm"; } 2>/dev/null && [ "$name" = etcd ] || continue
  [ -z "$found" ] || say "several etcd run on one host (processes $(basename "$found"), $(basename "$each"))"
  found=$each
done
[ -n "$found" ] || say "etcd does not run on its host$(systemctl list-units --all --plain --no-legend 'etcd*' 2>/dev/null | sed 's/^\([^ ]*\) *\([^ ]*\) *\([^ ]*\) *\([^ ]*\).*/, \1 is \3 (\4)/')"
process=$found
root=$process/root
config=$(given_or_variable config-file)
flag() { given_or_variable "$1"; }
if [ -n "$config" ]; then
  config=$(place "$config")
  [ -r "$config" ] || say "the configuration file of etcd cannot be read: $config"
  case $(grep -v '^ *\(#\|$\)' "$config" | head -c 1) in '{') say "the configuration file of etcd is JSON, which nodeops does not read: $config" ;; esac
  flag() { configured "$1"; }
fi
programs=$root$(dirname "$(readlink "$process/exe")")
[ -x "$programs/etcdctl" ] || programs=$(dirname "$(command -v etcdctl)")
[ -x "$programs/etcdctl" ] || say 'there is no etcdctl beside etcd or on the PATH: put that of its version into /usr/local/bin'
endpoint=$(flag advertise-client-urls | cut -d , -f 1)
[ -n "$endpoint" ] || endpoint=http://localhost:2379
cacert=$(file_of trusted-ca-file)
[ -n "$cacert" ] || cacert=$(file_of peer-trusted-ca-file)
own_certificate
${askOnHost}`;
