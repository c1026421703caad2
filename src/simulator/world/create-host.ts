import { bareNetwork } from '../host/network.ts';
import { MemoryFiles } from '../files/memory-files.ts';
import type { ComponentService, Kubelet, KubeletService, Host, Machine, Package, World } from './host.ts';

/** What of a host belongs to its cluster: it is made for the host, and answers systemd. */
export interface HostService {
  readonly service: KubeletService;
  readonly components: ComponentService;
}

const gib = 1024 ** 3;
/** `uname -r` of the lab's nodes: containers run the kernel of their machine. */
const labKernel = '6.18.44-fc-v669';

const followed = ['/etc/kubernetes/', '/var/lib/kubelet/', '/etc/apt/', '/var/lib/nodeops/'];

const installed = (name: string, version: string, held: boolean): Package => ({
  name,
  version,
  status: 'installed',
  held,
});

/** How a machine is found that belongs to no cluster. */
export interface BareHost {
  /** What is installed of what a node needs: nothing, containerd, or Kubernetes' packages too. */
  readonly has: 'nothing' | 'containerd' | 'packages';
  readonly machine?: Partial<Machine>;
}

const runtime = installed('containerd', '1.6.20~ds1-1+deb12u3', false);

const packagesOf = (version: string): readonly Package[] => [
  { ...runtime },
  ...['kubeadm', 'kubectl', 'kubelet'].map((name) => installed(name, `${version}-1.1`, true)),
  installed('kubernetes-cni', '1.7.1-1.1', true),
];

const foundPackages = (version: string, bare: BareHost | undefined): readonly Package[] => {
  if (bare === undefined || bare.has === 'packages') return packagesOf(version);
  return bare.has === 'containerd' ? [{ ...runtime }] : [];
};

/** As the lab's. */
const usualMachine: Machine = {
  cpus: 2,
  memoryKiB: 24_684_092,
  forwards: true,
  forwardsAtStart: true,
  swap: [],
  listeners: [],
};

const runningKubelet = (version: string | undefined, since: number): Kubelet => ({
  running: version,
  since,
  crashes: undefined,
  server: undefined,
  configuration: '',
});

/** Nobody has done anything to it, and nothing has befallen it. */
const untouched = (): Pick<Host, 'network' | 'sudo' | 'fileLocks' | 'faults'> => ({
  network: bareNetwork(),
  sudo: 'free',
  fileLocks: new Map(),
  faults: { repository: 'ok', registry: 'ok', kubeletWillNotStart: false },
});

export const hostName = (cluster: string, role: Host['role'], index: number): string =>
  `${cluster}-${role === 'control-plane' ? 'cp' : 'w'}${index}`;

/**
 * One machine with Kubernetes' packages, its kubelet running. Its files are empty: who lays them out does so next, and
 * only from the first `announce` on are changes told.
 */
export const createHost = (
  world: World,
  role: Host['role'],
  index: number,
  version: string,
  attach: (host: Host) => HostService,
  bare?: BareHost,
): Host => {
  const { kernel, random } = world;
  const controlPlane = role === 'control-plane';
  const name = hostName(world.cluster, role, index);
  const started = kernel.now - 7 * 86_400_000;
  const kubelet = runningKubelet(bare === undefined ? version : undefined, started);
  const disk = { bytes: 100 * gib, foreignBytes: 20 * gib };
  const host: Omit<Host, 'services'> = {
    world,
    kernel,
    name,
    role,
    address: `172.31.0.${(controlPlane ? 10 : 100) + index}`,
    machineId: random.hex(32),
    files: new MemoryFiles({
      now: () => kernel.now + host.clockOffsetMs,
      free: () => disk.bytes - disk.foreignBytes,
      onChange: (path, actor) => {
        if (world.hosts.has(name) && followed.some((prefix) => path.startsWith(prefix)))
          world.emit({ type: 'file-changed', host: name, path, actor });
      },
    }),
    packages: new Map(foundPackages(version, bare).map((one) => [one.name, one])),
    units: new Map(),
    kubelet,
    components: new Map(),
    images: new Set(),
    power: 'up',
    boot: {
      id: random.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      at: started,
      pid1Start: random.between(100, 900),
      release: labKernel,
    },
    clockOffsetMs: 0,
    disk,
    ...untouched(),
    machine: { ...usualMachine, ...bare?.machine },
  };
  // Both halves need each other: the services act on the host, which tells of them.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the services are set in the next line
  const whole = host as Host & { services: Host['services'] };
  const { service: kubeletService, components } = attach(whole);
  whole.services = { kubelet: kubeletService, components };
  return whole;
};
