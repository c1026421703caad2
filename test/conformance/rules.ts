/** What may differ between two runs of the same thing, and why it says nothing about the simulator. */
export interface Rule {
  readonly name: string;
  readonly because: string;
  readonly pattern: RegExp;
  readonly becomes: string;
}

export const rules: readonly Rule[] = [
  {
    name: 'colours',
    because: 'kubeadm writes them whether or not there is a terminal',
    // oxlint-disable-next-line no-control-regex -- that is what it is about
    pattern: /\u001B\[[\d;]*m/g,
    becomes: '',
  },
  // Before all that could match within them.
  {
    name: 'certificates',
    because: 'other keys, other times',
    pattern: /^>?(?:MI[IGH]|MH)[\w+/=]+\n(?:>?[\w+/=]{1,64}\n)*/gm,
    becomes: '<certificate>\n',
  },
  {
    name: 'log prefixes',
    because: 'time, process and source line',
    // Also where a script of ours says which answer the line is.
    pattern: /(?<=^(?:gate \S+ \S+ |refused )?)[EIW]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ (\S+?):\d+\]/gm,
    becomes: '<log $1>',
  },
  // That a kubelet gives up is said by "command failed", and stays.
  {
    name: 'logs of client libraries',
    because: 'what a kubelet or kubeadm’s client logs beside its work; none is a log too',
    pattern: /^(?:(?:<log \S+> (?!"command failed").*|-- No entries --)\n)+/gm,
    becomes: '',
  },
  {
    name: 'times',
    because: 'another day',
    pattern: /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d{4}|[+-]\d\d:\d\d)?/g,
    becomes: '<time>',
  },
  {
    name: 'times in names',
    because: 'kubeadm’s directories carry the second of their making',
    pattern: /\b\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\b/g,
    becomes: '<time>',
  },
  {
    name: 'generated ends of directories',
    because: 'mkdtemp',
    pattern: /(kubeadm-upgraded-manifests|kubeadm-kubelet-(?:config|env))\d+/g,
    becomes: '$1<number>',
  },
  {
    name: 'temporary files',
    because: 'mktemp',
    pattern: /\/tmp\/[\w.-]*[A-Za-z0-9]{6,10}\b/g,
    becomes: '/tmp/<temporary>',
  },
  {
    name: 'identities',
    because: 'random',
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
    becomes: '<uuid>',
  },
  {
    name: 'deprecated APIs that somebody asked for',
    because: 'whoever asked since that API server began',
    pattern: /^apiserver_requested_deprecated_apis\{.*\n/gm,
    becomes: '',
  },
  {
    name: 'certificates in kubeconfigs',
    because: 'keys and dates of their own; whether one is there is compared',
    pattern: /\bLS0tLS1CRUdJTi[A-Za-z0-9+/=]{40,}/g,
    becomes: '<certificate>',
  },
  { name: 'hashes', because: 'of what holds identities and times', pattern: /\b[0-9a-f]{32,64}\b/g, becomes: '<hash>' },
  {
    name: 'names of pods',
    because: 'their ends are random',
    pattern: /\b([a-z][a-z0-9-]*?)-[0-9a-z]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g,
    becomes: '$1-<template>-<random>',
  },
  {
    name: 'names of daemon pods',
    because: 'their ends are random',
    pattern: /\b(kube-proxy|upgrade-health-check|upgrade-health-check-[a-z0-9]{5})-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g,
    becomes: '$1-<random>',
  },
  {
    name: 'names of replica sets',
    because: 'the hash of a template that the simulator keeps shorter',
    pattern: /\b(web|coredns)-[0-9a-z]{8,10}\b/g,
    becomes: '$1-<template>',
  },
  {
    name: 'hashes of templates',
    because: 'of what the simulator keeps shorter',
    pattern: /"(pod-template-hash|controller-revision-hash)":"[0-9a-z]+"/g,
    becomes: '"$1":"<template>"',
  },
  {
    name: 'etcd’s identifiers',
    because: 'derived from times and tokens',
    pattern:
      /"(ID|cluster_id|member_id|leader|raft_term|raftTerm|revision|raftIndex|raftAppliedIndex|raft_index|dbSize|dbSizeInUse|hash|totalKey|totalSize)":\d+/g,
    becomes: '"$1":<number>',
  },
  {
    name: 'durations in JSON',
    because: 'the machine’s speed',
    pattern: /"took":"[\d.]+[mµn]?s"/g,
    becomes: '"took":"<duration>"',
  },
  { name: 'durations', because: 'the machine’s speed', pattern: /\b\d+(\.\d+)?(ms|µs|s)\b/g, becomes: '<duration>' },
  {
    name: 'resource versions',
    because: 'how much was written before',
    pattern: /("resourceVersion": ?)"\d+"/g,
    becomes: '$1"<number>"',
  },
  {
    name: 'kubeadm’s look at the kernel',
    because: 'the lab’s nodes are containers on control groups v1, the simulated ones are not',
    pattern:
      /^(?:\[preflight\] The system verification failed|(?:KERNEL_VERSION|CONFIG_\w+|OS|CGROUPS_\w+): |\t\[WARNING (?:SystemVerification|ContainerRuntimeVersion)\]).*\n/gm,
    becomes: '',
  },
  {
    name: 'dpkg’s progress',
    because: 'how many files the host has, in steps of 5 %',
    pattern: /^\(Reading database [^\n]*installed\.\)/gm,
    becomes: '(Reading database)',
  },
  {
    name: 'how long a machine is up',
    because: 'another machine, another time',
    pattern: /^(>?)\d+\.\d\d \d+\.\d\d$/gm,
    becomes: '$1<uptime>',
  },
  {
    name: 'what the kernel counts of a process',
    because: 'the machine’s speed and memory',
    pattern: /^(>?)\d+ (\([\w-]+\)) [RSD](?: -?\d+){49}$/gm,
    becomes: '$1<process> $2',
  },
  { name: 'process 1', because: 'when it began, in ticks', pattern: /^(<uuid>) \d+$/gm, becomes: '$1 <ticks>' },
  {
    name: 'ages of records',
    because: 'seconds since a run wrote its last file',
    pattern: /^(\d{4}-\d\d-\d\d-\d{6}-\w{4} \d+) \d+$/gm,
    becomes: '$1 <seconds>',
  },
  {
    name: 'the repository’s key',
    because: 'each mirror of the lab makes its own',
    pattern: /^>?(pub|fpr|uid):.*$/gm,
    becomes: '<key $1>',
  },
  {
    name: 'sizes of file systems',
    because: 'the machine’s disk',
    pattern: /^(\/\S*) (?:overlay|\/dev\/\w+) +\d+ +\d+ +\d+ +\d+% \S+$/gm,
    becomes: '$1 <disk>',
  },
  {
    name: 'what a node can give',
    because: 'the machine’s memory, disk and processors',
    pattern: /"cpu":"\d+","ephemeral-storage":"\d+Ki",(.*?)"memory":"\d{7,}Ki"/g,
    becomes: '"cpu":"<processors>","ephemeral-storage":"<disk>",$1"memory":"<memory>"',
  },
  {
    name: 'size of etcd’s data',
    because: 'what the lab wrote into it',
    pattern: /^etcd \d+\t/gm,
    becomes: 'etcd <bytes>\t',
  },
  {
    name: 'etcdctl’s log',
    because: 'how large a snapshot was, and how long it took',
    pattern: /^\{"level":"info".*\n/gm,
    becomes: '',
  },
  {
    name: 'the taint of a cordon',
    because: 'it goes when a controller manager is back that was itself restarting; the mark beside it says the same',
    pattern: /\{"key":"node\.kubernetes\.io\/unschedulable","value":null,"effect":"NoSchedule"\},/g,
    becomes: '',
  },
  {
    name: 'etcdctl’s client',
    because: 'an address in its memory',
    pattern: /etcd-endpoints:\/\/0x[0-9a-f]+/g,
    becomes: 'etcd-endpoints://<client>',
  },
  {
    name: 'milliseconds since the epoch',
    because: 'another day',
    pattern: /\b1[78]\d{11}\b/g,
    becomes: '<milliseconds>',
  },
  { name: 'seconds since the epoch', because: 'another day', pattern: /\b1[78]\d{8}(\.\d+)?\b/g, becomes: '<seconds>' },
  {
    name: 'processes',
    because: 'numbers of processes',
    pattern: /\b(process|PID|pid|MainPID=|ExecMainPID=)( ?)\d+/g,
    becomes: '$1$2<pid>',
  },
];

const substitute = (text: string, { pattern, becomes }: Rule): string => text.replace(pattern, becomes);

/** kubectl evicts all pods at once: which line comes first is chance. */
const parallel = /(?:^(?:evicting pod |pod\/\S+ evicted|error when evicting ).*\n)+/gm;

export const normalised = (text: string): string =>
  rules.reduce(substitute, text).replace(parallel, (lines) => `${lines.trimEnd().split('\n').toSorted().join('\n')}\n`);
