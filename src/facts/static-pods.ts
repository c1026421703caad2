import { parseDocument } from 'yaml';
import { z } from 'zod';
import { read } from '../commands/build.ts';
import { bracketed } from '../model/address.ts';
import { parseVersion, type Version } from '../model/version.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { dumpFunction, readDump } from './file-dump.ts';
import { readOnce } from './read-text.ts';

export interface StaticPod {
  readonly image: string;
  /** The image's tag without `v`: `1.35.4`, `3.6.6-0`. */
  readonly version?: Version;
}

export interface EtcdFiles {
  readonly dataDir: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  /** `https://172.31.0.11:2379` */
  readonly clientUrl: string;
}

export interface StaticPods {
  /** By the pod's name; empty on a worker. */
  readonly components: Readonly<Record<string, StaticPod>>;
  /** This node's own API server: `https://172.31.0.11:6443`. */
  readonly apiServer?: string;
  readonly etcd?: EtcdFiles;
  /** Where this node's API server keeps its objects: it tells of an etcd beside it whose manifest is not there. */
  readonly etcdServers?: string;
  /** As kubeadm copied them from its environment into its manifests; an upgrade without them would drop them. */
  readonly proxyEnvironment: Readonly<Record<string, string>>;
}

const container = z.object({
  image: z.string(),
  command: z.array(z.string()).nullish(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string().nullish() })).nullish(),
});
const pod = z.object({
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).nullish() }),
  spec: z.object({ containers: z.array(container).min(1) }),
});
type Pod = z.infer<typeof pod>;

const flagOf = ({ spec }: Pod, name: string): string | undefined =>
  [...(spec.containers[0]?.command ?? []), ...(spec.containers[0]?.args ?? [])]
    .findLast((word) => word.startsWith(`--${name}=`))
    ?.slice(name.length + 3);

const componentOf = ({ spec }: Pod): StaticPod => {
  const image = spec.containers[0]?.image ?? '';
  const version = parseVersion(/:([^:/@]+)(?:@.*)?$/.exec(image)?.[1] ?? '');
  return { image, ...(version === undefined ? {} : { version }) };
};

const apiServerOf = (found: Pod): string | undefined => {
  const endpoint = found.metadata.annotations?.['kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint'];
  if (endpoint !== undefined) return `https://${endpoint}`;
  const address = flagOf(found, 'advertise-address');
  return address === undefined ? undefined : `https://${bracketed(address)}:${flagOf(found, 'secure-port') ?? '6443'}`;
};

const etcdOf = (found: Pod): EtcdFiles | undefined => {
  const [dataDir, certFile, keyFile] = ['data-dir', 'cert-file', 'key-file'].map((name) => flagOf(found, name));
  const caFile = flagOf(found, 'trusted-ca-file');
  const clientUrl = (
    found.metadata.annotations?.['kubeadm.kubernetes.io/etcd.advertise-client-urls'] ??
    flagOf(found, 'advertise-client-urls')
  )?.split(',')[0];
  if (dataDir === undefined || certFile === undefined || keyFile === undefined) return undefined;
  if (caFile === undefined || clientUrl === undefined) return undefined;
  return { dataDir, certFile, keyFile, caFile, clientUrl };
};

/** kubeadm takes over every variable whose name ends in `_proxy`, in either case (kubeadm, GetProxyEnvVars). */
const proxiesOf = ({ spec }: Pod): readonly (readonly [string, string])[] =>
  spec.containers.flatMap(({ env }) =>
    (env ?? []).flatMap(({ name, value }) => (/_proxy$/i.test(name) && value ? [[name, value] as const] : [])),
  );

const assemble = (pods: readonly Pod[]): StaticPods => {
  const named = (name: string): Pod | undefined => pods.find(({ metadata }) => metadata.name === name);
  const [apiServerPod, etcdPod] = [named('kube-apiserver'), named('etcd')];
  const apiServer = apiServerPod && apiServerOf(apiServerPod);
  const etcd = etcdPod && etcdOf(etcdPod);
  const etcdServers = apiServerPod && flagOf(apiServerPod, 'etcd-servers');
  return {
    components: Object.fromEntries(pods.map((found) => [found.metadata.name, componentOf(found)])),
    ...(apiServer === undefined ? {} : { apiServer }),
    ...(etcd === undefined ? {} : { etcd }),
    ...(etcdServers === undefined ? {} : { etcdServers }),
    proxyEnvironment: Object.fromEntries(pods.flatMap(proxiesOf)),
  };
};

/** Undefined for a document with errors: a manifest cut short would otherwise pass with what is left of it. */
const manifestIn = (text: string): unknown => {
  const document = parseDocument(text, { logLevel: 'error' });
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
};

const podIn = readOnce((text) => pod.safeParse(manifestIn(text)));

/** etcd's own manifest, wherever it lies; undefined where it is none that kubeadm could have written. */
export const readEtcdManifest = (text: string): (StaticPod & EtcdFiles) | undefined => {
  const found = podIn(text);
  const files = found.success ? etcdOf(found.data) : undefined;
  return found.success && files !== undefined ? { ...componentOf(found.data), ...files } : undefined;
};

const parse = ({ stdout }: Output): Parsed<StaticPods> => {
  const files = readDump(stdout);
  if (files === undefined) return { unreadable: stdout };
  const pods: Pod[] = [];
  for (const file of files) {
    const found = podIn(file.text);
    if (!found.success) return { unreadable: `${file.path}: ${file.text}` };
    pods.push(found.data);
  }
  return { value: assemble(pods) };
};

/** Source: kubeadm's manifests, kubeadm.kubernetes.io annotations; recorded on the lab, 1.35.4. */
export const staticPods = defineFact<StaticPods>({
  id: 'static-pods',
  subject: 'node',
  command: read(['sh', '-c', `${dumpFunction}\ndump /etc/kubernetes/manifests/*.yaml /etc/kubernetes/manifests/*.yml`]),
  parse,
});
