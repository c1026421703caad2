import { parse } from 'yaml';
import { SimulatorGap } from '../../gap.ts';
import type { Taint } from '../../cluster/objects.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

/** What a host is to join as. */
export interface JoinWish {
  readonly endpoint: string;
  readonly token: string;
  readonly hash: string;
  readonly name: string;
  /** All its taints; kubeadm's own where they are missing. */
  readonly taints?: readonly Taint[];
  /** It becomes a control plane; `key`: that of the authorities' keys. */
  readonly controlPlane?: { readonly key?: string };
  /** Phases that are left out. */
  readonly skipped: ReadonlySet<string>;
}

interface JoinConfiguration {
  readonly kind?: string;
  readonly discovery?: {
    readonly bootstrapToken?: {
      readonly apiServerEndpoint?: string;
      readonly token?: string;
      readonly caCertHashes?: readonly string[];
    };
  };
  readonly nodeRegistration?: { readonly name?: string; readonly taints?: readonly Taint[] };
  readonly controlPlane?: { readonly certificateKey?: string };
}

const known: ReadonlySet<string> = new Set(['etcd-join']);

/** The JoinConfiguration of the file that `--config` names. */
export const joinWishIn = (run: KubeadmRun): JoinWish => {
  const { flags } = run.parsed;
  const path = run.call.path(flags.get('config') ?? '');
  if (run.host.files.stat(path) === undefined)
    throw new KubeadmError(`unable to read config from "${path}": open ${path}: no such file or directory`);
  const { kind, discovery, nodeRegistration, controlPlane }: JoinConfiguration = parse(run.host.files.read(path));
  if (kind !== 'JoinConfiguration') throw new SimulatorGap('kubeadm join: no JoinConfiguration');
  const skipped = new Set((flags.get('skip-phases') ?? '').split(',').filter((phase) => phase !== ''));
  if ([...skipped].some((phase) => !known.has(phase))) throw new SimulatorGap(run.call.argv.join(' '));
  const {
    apiServerEndpoint: endpoint = '',
    token = '',
    caCertHashes: [hash = ''] = [],
  } = discovery?.bootstrapToken ?? {};
  const { name = run.host.name, taints } = nodeRegistration ?? {};
  const key = controlPlane?.certificateKey;
  return {
    endpoint,
    token,
    hash,
    name,
    ...(taints === undefined ? {} : { taints }),
    ...(controlPlane === undefined ? {} : { controlPlane: key === undefined ? {} : { key } }),
    skipped,
  };
};
