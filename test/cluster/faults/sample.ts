/** What one node says of itself, once a second, without nodeops and without the API. */
export interface NodeSample {
  readonly kind: 'node';
  readonly at: number;
  readonly node: string;
  /** Version of the kubelet process that runs; undefined where none runs. */
  readonly kubelet: string | undefined;
  /** Of this control plane's own API server: HTTP status of /readyz, 0 where nothing answers; undefined on a worker. */
  readonly readyz: number | undefined;
  /** Of this control plane's own etcd member, as /readyz. */
  readonly etcd: number | undefined;
  /** `hi kubelet=1.36.3-1.1`: dpkg's state of the three packages. */
  readonly packages: readonly string[];
}

export interface SeenNode {
  readonly name: string;
  readonly cordoned: boolean;
  readonly owner: string | undefined;
  readonly ready: string;
  readonly version: string;
}

export interface SeenPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly ready: boolean;
  readonly leaving: boolean;
  /** Kind of its controller; `Node` for a static pod; empty without one. */
  readonly owner: string;
  readonly image: string;
}

/** What one control plane's API says, once a second. */
export interface ClusterSample {
  readonly kind: 'cluster';
  readonly at: number;
  readonly node: string;
  readonly nodes: readonly SeenNode[];
  readonly pods: readonly SeenPod[];
}

export type Sample = NodeSample | ClusterSample;

const status = (word: string | undefined): number | undefined =>
  word === undefined || word === '-' ? undefined : Number(word);

/** `node v1.36.3 200 200 hikubeadm=1.36.3-1.1,…`. @throws Error for a line of another form. */
export const readNodeLine = (node: string, at: number, line: string): NodeSample => {
  const [word, kubelet = '-', readyz, etcd, packages = ''] = line.split(' ');
  if (word !== 'node') throw new Error(`${node}: not a line of the observer: ${line}`);
  return {
    kind: 'node',
    at,
    node,
    kubelet: kubelet === '-' ? undefined : kubelet.replace(/^v/, ''),
    readyz: status(readyz),
    etcd: status(etcd),
    packages: packages.split(',').filter((each) => each !== ''),
  };
};

const seenNode = ([name = '', cordoned, owner, ready = '', version = '']: readonly string[]): SeenNode => ({
  name,
  cordoned: cordoned === 'true',
  owner: owner === '<no value>' || owner === '' ? undefined : owner,
  ready,
  version: version.replace(/^v/, ''),
});

const seenPod = (fields: readonly string[]): SeenPod => {
  const [namespace = '', name = '', node = '', ready, leaving, owner = '', image = ''] = fields;
  return { namespace, name, node, ready: ready === 'True', leaving: leaving === 'true', owner, image };
};

/** Lines `N|…` and `P|…` up to `end`. @throws Error for a line of another form. */
export const readClusterLines = (node: string, at: number, lines: readonly string[]): ClusterSample => {
  const rows = lines.map((line) => line.split('|'));
  const odd = rows.find(([kind]) => kind !== 'N' && kind !== 'P');
  if (odd !== undefined) throw new Error(`${node}: not a line of the observer: ${odd.join('|')}`);
  const of = (wanted: string) => rows.filter(([kind]) => kind === wanted).map(([, ...fields]) => fields);
  return { kind: 'cluster', at, node, nodes: of('N').map(seenNode), pods: of('P').map(seenPod) };
};
