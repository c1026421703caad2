import { practiceDirectory } from '../commands/practice.ts';

/** What lay in the way of what was put back: never deleted. */
export const leftOverDirectory = `${practiceDirectory}-left`;

/** Where a task puts files for whoever solves it, and looks for theirs. */
const desk = '/opt/nodeops-practice';
/** The namespace of what a task runs. */
const space = 'nodeops-practice';

/**
 * `web`: a Deployment of so many pods that do nothing, of the image that every node of kubeadm has; rather on `$WORKER`.
 * One of two stays while a node is drained.
 */
const workload = String.raw`pause_image() {
  from=$(sed -n 's|^ *image: \(.*\)/kube-apiserver:.*|\1|p' "$MANIFESTS/kube-apiserver.yaml" | head -n 1)
  tag=$(kubeadm config images list --kubernetes-version "$(kubeadm version -o short)" 2>/dev/null | sed -n 's|.*/pause:||p')
  echo "$from/pause:$tag"
}
put_web() {
  kubectl get namespace "$SPACE" >/dev/null 2>&1 || kubectl create namespace "$SPACE" >/dev/null
  command kubectl apply -f - >/dev/null <<END
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: $SPACE }
spec:
  replicas: $1
  selector: { matchLabels: { app: web } }
  strategy: { rollingUpdate: { maxUnavailable: 1 } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 5
      affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              preference: { matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: ["$WORKER"] }] }
      containers: [{ name: web, image: "$(pause_image)" }]
END
}
put_budget() {
  command kubectl apply -f - >/dev/null <<END
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: $SPACE }
spec: { minAvailable: $1, selector: { matchLabels: { app: web } } }
END
}
cp_taint=node-role.kubernetes.io/control-plane
open_control_plane() {
  kubectl get node "$CONTROL_PLANE" -o jsonpath='{.spec.taints[*].key}' | grep -q "$cp_taint" || return 0
  touch "$NOTES/tainted"
  kubectl taint node "$CONTROL_PLANE" "$cp_taint-" >/dev/null
}
control_plane_closed() {
  [ ! -e "$NOTES/tainted" ] || kubectl get node "$CONTROL_PLANE" -o jsonpath='{.spec.taints[*].key}' | grep -q "$cp_taint"
}
close_control_plane() { kubectl taint node "$CONTROL_PLANE" "$cp_taint:NoSchedule" --overwrite >/dev/null; }
schedulable() { [ "$(kubectl get node "$1" -o 'jsonpath={.spec.unschedulable}{.spec.taints}')" = "" ]; }
give_back() { kubectl uncordon "$1" >/dev/null; }`;

/** The etcd that runs here, with the programs of its own image: proc(5), /proc/PID/root. */
const etcd = String.raw`new_desk() { rm -rf --one-file-system "$DESK.new"; mkdir -m 755 "$DESK.new"; }
desk_gone() { [ ! -e "$DESK" ] && [ ! -e "$DESK.new" ]; }
clear_desk() { rm -rf --one-file-system "$DESK" "$DESK.new"; }
etcd_root() { for pid in $(pgrep -x etcd); do [ ! -e "/proc/$pid/root/usr/local/bin/etcdutl" ] || { echo "/proc/$pid/root"; return; }; done; return 1; }
etcd_programs() { from=$(etcd_root); cp "$from/usr/local/bin/etcdctl" "$from/usr/local/bin/etcdutl" "$1/"; chmod 755 "$1/etcdctl" "$1/etcdutl"; }
etcd_snapshot() {
  pki=/etc/kubernetes/pki/etcd
  "$1/etcdctl" --endpoints=https://127.0.0.1:2379 --cacert=$pki/ca.crt --cert=$pki/healthcheck-client.crt --key=$pki/healthcheck-client.key --command-timeout=60s snapshot save "$2" >/dev/null 2>&1
}`;

/**
 * Before each script of a task: who takes part, and a few words that most of them use. `kubectl` gives up soon, so that a
 * check of a cluster whose API server the task took away has an answer in its time.
 */
const prelude = `WORKER=$NODEOPS_PARAMETER_WORKER
CONTROL_PLANE=$NODEOPS_PARAMETER_CONTROL_PLANE
NODE=$NODEOPS_NODE
NOTES=${practiceDirectory}/notes
DESK=${desk}
SPACE=${space}
MANIFESTS=/etc/kubernetes/manifests
export PATH="$PATH:/usr/sbin:/sbin" DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
kubectl() { command kubectl --request-timeout=5s "$@"; }
miss() { echo "$*"; exit 1; }
await() { tries=0; until "$@" >/dev/null 2>&1; do tries=$((tries + 1)); [ "$tries" -lt 180 ] || miss "waited too long: $*"; sleep 1; done; }
runs() { pgrep -f "^$1 " >/dev/null; }
shut() { ! runs "$1"; }
ready() { [ "$(kubectl get node "$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>&1)" = True ]; }
said() { "$@" 2>&1 | tail -n 1; }
gone() { found=$(kubectl get "$@" --ignore-not-found -o name) || return 1; [ -z "$found" ]; }
exists() { kubectl get "$@" -o name >/dev/null 2>&1; }
no_space() { gone namespace "$SPACE"; }
remove_space() { command kubectl delete namespace "$SPACE" --ignore-not-found --timeout=240s >/dev/null; }
web_ready() { [ "$(kubectl -n "$SPACE" get deployment web -o 'jsonpath={.status.readyReplicas}' 2>&1)" = "$1" ]; }
${workload}
${etcd}
`;

/** A script of a task as it is sent. */
export const whole = (script: string): string => `${prelude}${script}`;

const isTask = (task: string): string => `grep -qsx task=${task} ${practiceDirectory}/task`;
const isStage = (stage: string): string => `grep -qsx stage=${stage} ${practiceDirectory}/task`;

const write = (task: string, stage: string): string => `mkdir -p -m 700 ${practiceDirectory}/notes
printf 'task=%s\\nstage=%s\\nworker=%s\\nsince=%s\\n' ${task} ${stage} "$WORKER" "$(date +%s)" > ${practiceDirectory}/task.new
sync ${practiceDirectory}/task.new
mv -f ${practiceDirectory}/task.new ${practiceDirectory}/task`;

interface Script {
  readonly check: string;
  readonly do: string;
}

/** The first control plane remembers the task before anything of it is done. */
export const noteSetUp = (task: string): Script => ({
  check: isTask(task),
  do: `[ ! -e ${practiceDirectory}/task ] || miss "another task is set up"
${write(task, 'set-up')}`,
});

/** It remembers that all of it is done. */
export const noteBegun = (task: string): Script => ({
  check: `${isTask(task)} && ${isStage('begun')}`,
  do: write(task, 'begun'),
});

/** Copies of what may be changed, whole or not at all; what is not there is known to be missing by that. */
export const keepFiles = (paths: readonly string[]): Script => ({
  check: `[ -d ${practiceDirectory}/kept ]`,
  do: `mkdir -p -m 700 ${practiceDirectory}/notes
cd ${practiceDirectory}
rm -rf kept.new
mkdir -m 700 kept.new
for path in ${paths.join(' ')}; do
  [ -e "$path" ] || continue
  mkdir -p "kept.new$(dirname "$path")"
  cp -a "$path" "kept.new$path"
done
sync -f kept.new
mv -T kept.new kept`,
});

/** `same PATH`: content, mode and owner are those that were kept, and of a directory there is nothing beside it. */
const sameFunction = `kept=${practiceDirectory}/kept
traits() { stat -c '%f %u %g' "$1" 2>/dev/null; }
listed() { (cd "$1"; find . -printf '%P %y %m %U %G\\n' | sort); }
same() {
  [ -e "$kept$1" ] || { [ ! -e "$1" ] && return; return 1; }
  [ "$(traits "$kept$1")" = "$(traits "$1")" ] || return 1
  if [ ! -d "$1" ]; then cmp -s "$kept$1" "$1"; return; fi
  [ "$(listed "$kept$1")" = "$(listed "$1")" ] && diff -rq "$kept$1" "$1" >/dev/null
}
`;

/**
 * Each file takes its place whole, under a name beside it that begins with a dot, which the kubelet passes over; one that
 * is as it was is left alone, so that no static pod is started anew without a reason.
 */
const putBackFunctions = `aside() { mkdir -p -m 700 ${leftOverDirectory}; mv --backup=numbered "$1" ${leftOverDirectory}/; }
put_file() {
  same "$1" && return
  [ ! -d "$1" ] || aside "$1"
  cp -a "$kept$1" "$(dirname "$1")/.nodeops-practice"
  mv -fT "$(dirname "$1")/.nodeops-practice" "$1"
}
put_back() {
  if [ ! -e "$kept$1" ]; then aside "$1"; return; fi
  mkdir -p "$(dirname "$1")"
  if [ ! -d "$kept$1" ]; then put_file "$1"; return; fi
  [ -d "$1" ] || { [ ! -e "$1" ] || aside "$1"; mkdir "$1"; }
  chown --reference="$kept$1" "$1"
  chmod --reference="$kept$1" "$1"
  (cd "$kept$1"; find . -mindepth 1 -type d) | while read -r each; do
    [ -d "$1/$each" ] || { [ ! -e "$1/$each" ] || aside "$1/$each"; mkdir "$1/$each"; }
    chown --reference="$kept$1/$each" "$1/$each"
    chmod --reference="$kept$1/$each" "$1/$each"
  done
  (cd "$kept$1"; find . -type f) | while read -r each; do put_file "$1/\${each#./}"; done
  (cd "$1"; find . -type f) | while read -r each; do [ -e "$kept$1/$each" ] || aside "$1/$each"; done
}
`;

/** What was kept is as it was; what somebody put beside it lies elsewhere. Nothing where nothing was kept. */
export const returnFiles = (paths: readonly string[], returned: string | undefined): Script => ({
  check: `${sameFunction}[ -d "$kept" ] || exit 0
for path in ${paths.join(' ')}; do same "$path" || miss "$path is not as it was"; done`,
  do: `${sameFunction}${putBackFunctions}for path in ${paths.join(' ')}; do same "$path" || put_back "$path"; done
${returned ?? ':'}`,
});

/** After everything: the API answers, and every node is Ready. */
export const allReady: Script = {
  check: `kubectl get --raw=/readyz >/dev/null 2>&1 || miss "the API server does not answer"
states=$(kubectl get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{"="}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}')
case $states in *=False* | *=Unknown*) miss "$states" ;; esac`,
  do: `await kubectl get --raw=/readyz >/dev/null
command kubectl wait --for=condition=Ready node --all --timeout=180s`,
};

/** A node forgets the task, and everything that was kept for it. */
export const forget: Script = {
  check: `[ ! -e ${practiceDirectory} ]`,
  do: `rm -rf --one-file-system ${practiceDirectory}`,
};
