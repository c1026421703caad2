import type { StaticPodSign } from '../facts/static-pod-logs.ts';
import { hexId } from '../facts/through-etcd.ts';
import type { NodeSight } from './node-sight.ts';
import { makeRoom, noRoom, quoted, saying, type Found, type Rule } from './rule.ts';

const manifestOf = (name: string): string => `/etc/kubernetes/manifests/${name}.yaml`;

/** Of a control plane, those that should run and do not. etcd may be elsewhere. */
const down = ({ staticPods, etcdServers }: NodeSight): readonly StaticPodSign[] =>
  (staticPods ?? []).filter(
    ({ name, running, manifest }) =>
      !running && (name !== 'etcd' || manifest || /127\.0\.0\.1|localhost/.test(etcdServers ?? '')),
  );

const placed = (sight: NodeSight): readonly StaticPodSign[] => down(sight).filter(({ manifest }) => manifest);

const refused =
  /unknown flag: (--[\w-]+)|(invalid argument "[^"]*" for "[^"]*" flag.*)|(unrecognized feature gate: \S+)/;

const badFlag = (sight: NodeSight): readonly Found[] =>
  placed(sight).flatMap(({ name, complaints }) => {
    const line = saying(complaints, refused);
    if (line === undefined) return [];
    const [, flag, ...others] = refused.exec(line.text) ?? [];
    const what = flag === undefined ? others.find((each) => each !== undefined) : `it does not know ${flag}`;
    return [
      {
        cause: `${name} does not start with its flags: ${what}`,
        evidence: [`no process of ${name} runs`, `its log: ${quoted(line)}`],
        next: `on ${sight.node}: repair ${manifestOf(name)}; the kubelet starts it again within a minute. kubeadm’s own copy is in /etc/kubernetes/tmp/kubeadm-backup-manifests-*`,
      },
    ];
  });

const noImage = (sight: NodeSight): readonly Found[] =>
  placed(sight).flatMap(({ name }) => {
    const inLog = sight.kubeletLog?.findLast(
      ({ text }) =>
        /ErrImage|ImagePull|pull(ing)? image|PullImage/.test(text) && text.includes(`${name}-${sight.node}`),
    );
    const pod = sight.pods?.find((each) => each.namespace === 'kube-system' && each.name === `${name}-${sight.node}`);
    const waiting = pod?.containers.find((each) => /Image/.test(each.waiting?.reason ?? ''))?.waiting;
    if (inLog === undefined && waiting === undefined) return [];
    return [
      {
        cause: `the image of ${name} cannot be pulled`,
        evidence: [
          `no process of ${name} runs`,
          ...(waiting === undefined ? [] : [`${waiting.reason}: ${waiting.message}`]),
          ...(inLog === undefined ? [] : [`kubelet: ${quoted(inLog)}`]),
        ],
        next: `on ${sight.node}: grep image: ${manifestOf(name)}; try it: ctr -n k8s.io images pull IMAGE (with --hosts-dir /etc/containerd/certs.d where a mirror is used); look at the registry and at the name`,
      },
    ];
  });

const noManifest = (sight: NodeSight): readonly Found[] =>
  down(sight)
    .filter(({ manifest }) => !manifest)
    .map(({ name }) => ({
      cause: `the manifest of ${name} is not in its place, and so it does not run`,
      evidence: [`${manifestOf(name)} is not there`, `no process of ${name} runs`],
      next: `on ${sight.node}: put it back: ls -d /etc/kubernetes/tmp/kubeadm-backup-manifests-* /var/lib/nodeops/*/ (a run that stopped it puts it back itself: nodeops resume)`,
    }));

const unparsed = /couldn't parse as pod\((.*)\), please check config file/;

/** It is read again every 20 s, and told of each time: what was told earlier is of a file that was half written, or mended. */
const toldAgainMs = 90_000;

const badManifest = (sight: NodeSight): readonly Found[] =>
  placed(sight).flatMap(({ name }) => {
    const since = (sight.clock?.epochMs ?? sight.now) - toldAgainMs;
    const line = sight.kubeletLog?.findLast(
      ({ at, text }) =>
        text.includes('Could not process manifest file') &&
        text.includes(manifestOf(name)) &&
        unparsed.test(text) &&
        Date.parse(at) >= since,
    );
    return line === undefined
      ? []
      : [
          {
            cause: `the kubelet cannot read the manifest of ${name}: ${unparsed.exec(line.text)?.[1] ?? ''}`,
            evidence: [`no process of ${name} runs`, `kubelet: ${quoted(line)}`],
            next: `on ${sight.node}: repair ${manifestOf(name)}; the kubelet reads it again within half a minute. kubeadm’s own copy is in /etc/kubernetes/tmp/kubeadm-backup-manifests-*`,
          },
        ];
  });

const missing = /(?:open|stat) (\/\S+?): no such file or directory/;

const missingFile = (sight: NodeSight): readonly Found[] =>
  placed(sight).flatMap(({ name, complaints }) => {
    const line = saying(complaints.slice(-1), missing);
    const file = missing.exec(line?.text ?? '')?.[1] ?? '';
    return line === undefined
      ? []
      : [
          {
            cause: `${name} ends: ${file} is not there`,
            evidence: [`no process of ${name} runs`, `its log: ${quoted(line)}`],
            next: `on ${sight.node}: ls ${file}; grep -n ${file} ${manifestOf(name)}: is the name right? Certificates and kubeconfigs are made anew by kubeadm init phase certs and kubeadm init phase kubeconfig (--help lists them); authorities and sa.key never: they come from another control plane, or a backup`,
          },
        ];
  });

/** What a component says in the end where none of the rules above knows the words. */
const ends = (sight: NodeSight): readonly Found[] =>
  sight.units?.kubelet?.active === 'active' && sight.units.containerd?.active !== 'inactive'
    ? placed(sight).map(({ name, complaints, last }) => ({
        cause: `${name} does not run, although its manifest is there and the kubelet runs`,
        evidence: [
          `no process of ${name} runs`,
          ...(complaints.length > 0 ? complaints.slice(-2).map((line) => `its log: ${quoted(line)}`) : last),
        ],
        next: `on ${sight.node}: tail /var/log/pods/kube-system_${name}-*/${name}/*.log; journalctl -u kubelet | grep ${name} | tail`,
      }))
    : [];

const unless = [
  'static-pod-flag',
  'static-pod-image',
  'static-pod-manifest',
  'static-pod-unreadable',
  'static-pod-file',
  'certificate-ended',
  ...noRoom,
];

/** etcd itself tells where it can be asked: what its API server complained of may be over. */
const noSpace = ({ staticPods, etcdAlarms }: NodeSight): readonly Found[] => {
  const complaint = saying(
    staticPods?.flatMap(({ complaints }) => complaints),
    /database space exceeded|NOSPACE/,
  );
  const alarms = etcdAlarms?.filter(({ alarm }) => alarm === 'NOSPACE');
  if (alarms === undefined ? complaint === undefined : alarms.length === 0) return [];
  const members = (alarms ?? []).map(({ memberId }) => `etcd: alarm NOSPACE of the member ${hexId(memberId)}`);
  return [
    {
      cause: 'etcd has used up its room, and takes no writes',
      evidence: [...members, ...(complaint === undefined ? [] : [quoted(complaint)])],
      next: makeRoom,
    },
  ];
};

/** Why a part of the control plane does not run. */
export const staticPodRules: readonly Rule[] = [
  {
    id: 'static-pod-flag',
    looksAt: 'flags of the control plane',
    on: 'control-plane',
    needs: ['staticPods'],
    judge: badFlag,
  },
  {
    id: 'static-pod-manifest',
    looksAt: 'manifests of the control plane',
    on: 'control-plane',
    needs: ['staticPods'],
    judge: noManifest,
  },
  {
    id: 'static-pod-unreadable',
    looksAt: 'manifests of the control plane',
    on: 'control-plane',
    needs: ['staticPods', 'kubeletLog'],
    judge: badManifest,
  },
  {
    id: 'static-pod-file',
    looksAt: 'files that the control plane names',
    on: 'control-plane',
    needs: ['staticPods'],
    unless: ['static-pod-unreadable'],
    judge: missingFile,
  },
  {
    id: 'static-pod-image',
    looksAt: 'images of the control plane',
    on: 'control-plane',
    needs: ['staticPods', 'kubeletLog'],
    judge: noImage,
  },
  {
    id: 'etcd-no-space',
    looksAt: 'the room of etcd',
    on: 'control-plane',
    needs: ['staticPods'],
    judge: noSpace,
  },
  {
    id: 'static-pod-ends',
    looksAt: 'whether the control plane runs',
    on: 'control-plane',
    needs: ['staticPods', 'units'],
    unless,
    judge: ends,
  },
  {
    id: 'api-server-not-ready',
    looksAt: 'the node’s own API server',
    on: 'control-plane',
    needs: ['apiServer', 'staticPods'],
    unless: [...unless, 'static-pod-ends', 'kubelet-stopped', 'kubelet-ends', 'containerd-stopped'],
    judge: (sight) => {
      if (sight.apiServer === undefined || sight.apiServer.ready) return [];
      const sign = sight.staticPods?.find(({ name }) => name === 'kube-apiserver');
      const failing = sight.apiServer.detail.split('\n').filter((line) => /^\[-\]|refused|timeout|etcd/i.test(line));
      return [
        {
          cause: 'its API server runs and is not ready',
          evidence: [
            ...failing.slice(0, 4),
            ...(sign?.complaints ?? []).slice(-2).map((line) => `its log: ${quoted(line)}`),
            ...(failing.length === 0 ? [sight.apiServer.detail.slice(0, 200) || '/readyz does not say ok'] : []),
          ],
          next: `nodeops etcd status; on ${sight.node}: kubectl --kubeconfig /etc/kubernetes/admin.conf get --raw '/readyz?verbose'`,
        },
      ];
    },
  },
];
