import type { Task } from '../../kernel.ts';
import { minorNumber } from '../../cluster/component-versions.ts';
import { imagesOf, manifestPath } from '../../cluster/manifests.ts';
import { hasKubeletUnit } from '../../host/kubelet-unit.ts';
import type { Host } from '../../world/host.ts';
import { refuseHost, type Complaint } from './kubeadm-complaints.ts';
import type { InitWish } from './kubeadm-init-wish.ts';
import { pullImage } from './kubeadm-preflight.ts';
import type { KubeadmRun } from './kubeadm-run.ts';

const isUsed = (host: Host, port: number): boolean => {
  const own: Readonly<Record<number, readonly string[]>> = {
    6443: ['kube-apiserver'],
    2379: ['etcd'],
    2380: ['etcd'],
    10_257: ['kube-controller-manager'],
    10_259: ['kube-scheduler'],
  };
  const runs = [...host.components.values()].some(
    ({ name, state }) => state !== 'stopped' && own[port]?.includes(name) === true,
  );
  return runs || host.machine.listeners.includes(port) || (port === 10_250 && host.kubelet.running !== undefined);
};

const portInUse = (host: Host, port: number): readonly Complaint[] =>
  isUsed(host, port) ? [{ id: `Port-${port}`, text: `Port ${port} is in use` }] : [];

const manifestThere = ({ files }: Host, name: Parameters<typeof manifestPath>[0]): readonly Complaint[] => {
  const path = manifestPath(name);
  return files.stat(path) === undefined
    ? []
    : [{ id: `FileAvailable-${path.replaceAll('/', '-')}`, text: `${path} already exists` }];
};

/** The least of both. Source: kubeadm, constants.go, ControlPlaneNumCPU and ControlPlaneMem. */
const tooSmall = ({ machine: { cpus, memoryKiB } }: Host): readonly Complaint[] => {
  const megabytes = Math.floor(memoryKiB / 1024);
  return [
    ...(cpus < 2 ? [{ id: 'NumCPU', text: `the number of available CPUs ${cpus} is less than the required 2` }] : []),
    ...(megabytes < 1700
      ? [{ id: 'Mem', text: `the system RAM (${megabytes} MB) is less than the minimum 1700 MB` }]
      : []),
  ];
};

/** Of hosts with cgroup v1, as all of them are here. Recorded, 1.35.4; the table of the kernel's settings is left out. */
const systemTrouble = (version: string): readonly Complaint[] =>
  minorNumber(version) < 35
    ? []
    : [
        {
          id: 'SystemVerification',
          text: "cgroups v1 support is deprecated and will be removed in a future release. Please migrate to cgroups v2. To explicitly enable cgroups v1 support for kubelet v1.35 or newer, you must set the kubelet configuration option 'FailCgroupV1' to 'false'. You must also explicitly skip this validation. For more information, see https://git.k8s.io/enhancements/keps/sig-node/5573-remove-cgroup-v1",
        },
      ];

const runtimeTrouble = ({ units, files }: Host): readonly Complaint[] =>
  units.get('containerd.service')?.state === 'active' && files.stat('/run/containerd/containerd.sock') !== undefined
    ? []
    : [
        {
          id: 'CRI',
          text: 'could not connect to the container runtime: failed to create new CRI runtime service: validate service connection: validate CRI v1 runtime API for endpoint "unix:///var/run/containerd/containerd.sock": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /var/run/containerd/containerd.sock: connect: no such file or directory"',
        },
      ];

const dataThere = ({ files }: Host): readonly Complaint[] =>
  files.stat('/var/lib/etcd') !== undefined && files.list('/var/lib/etcd').length > 0
    ? [{ id: 'DirAvailable--var-lib-etcd', text: '/var/lib/etcd is not empty' }]
    : [];

const forwarding = ({ machine }: Host): readonly Complaint[] =>
  machine.forwards
    ? []
    : [
        {
          id: 'FileContent--proc-sys-net-ipv4-ip_forward',
          text: '/proc/sys/net/ipv4/ip_forward contents are not set to 1',
        },
      ];

/** In kubeadm's order. Source: kubeadm 1.35, preflight/checks.go, `InitNodeChecks`; recorded, 1.35.4. */
const complaintsOf = (host: Host, version: string): readonly Complaint[] => [
  ...tooSmall(host),
  ...[6443, 10_259, 10_257].flatMap((port) => portInUse(host, port)),
  ...(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'] as const).flatMap((name) =>
    manifestThere(host, name),
  ),
  ...runtimeTrouble(host),
  ...systemTrouble(version),
  ...(hasKubeletUnit(host)
    ? []
    : [
        {
          id: 'KubeletVersion',
          text: "couldn't get kubelet version: cannot execute 'kubelet --version': executable file not found in $PATH",
        },
      ]),
  ...portInUse(host, 10_250),
  ...forwarding(host),
  ...[2379, 2380].flatMap((port) => portInUse(host, port)),
  ...dataThere(host),
];

/** All images are tried, and all that could not be had are named. Recorded, 1.35.4. */
const pullAll = function* (run: KubeadmRun, { version, ignored }: InitWish): Task<void> {
  run.say('[preflight] Pulling images required for setting up a Kubernetes cluster');
  run.say('[preflight] This might take a minute or two, depending on the speed of your internet connection');
  run.say("[preflight] You can also perform this action beforehand using 'kubeadm config images pull'");
  const complaints: Complaint[] = [];
  for (const image of imagesOf(version)) {
    const why = yield* pullImage(run, image);
    if (why !== undefined)
      complaints.push({
        id: 'ImagePull',
        text: `failed to pull image ${image}: failed to pull image ${image}: ${why}`,
      });
  }
  refuseHost(run, complaints, ignored);
};

/** The phase `preflight`. */
export const initChecks = function* (run: KubeadmRun, wish: InitWish): Task<void> {
  run.say('[preflight] Running pre-flight checks');
  yield* run.work(150, 500);
  refuseHost(run, complaintsOf(run.host, wish.version), wish.ignored);
  yield* pullAll(run, wish);
};
