import { SimulatorGap } from '../../gap.ts';
import { binary } from '../../host/package-files.ts';
import { onHosts, type Call, type Tool } from '../../shell/tool.ts';

interface Held {
  readonly names: readonly string[];
  readonly version: string;
}

const programsOf = (image: string): Held => {
  const [, component, version = ''] = /\/(kube-[a-z-]+|etcd):v?(\S+)$/.exec(image) ?? [];
  if (component === undefined) throw new SimulatorGap(`ctr: what ${image} holds is not modelled`);
  return { names: component === 'etcd' ? ['etcd', 'etcdctl', 'etcdutl'] : [component], version };
};

/** The file system of an image, of which its programs stand for all. */
const mount = (call: Call, image: string, place: string): number => {
  const { files, images } = call.host;
  if (!images.has(image)) {
    call.err(`ctr: image "${image}": not found\n`);
    return 1;
  }
  const { names, version } = programsOf(image);
  const path = call.path(place);
  files.makeDirectory(`${path}/usr/local/bin`, call.actor, { parents: true });
  for (const name of names)
    files.write(`${path}/usr/local/bin/${name}`, binary(name, version), call.actor, { mode: 0o755 });
  call.out(`sha256:${'0'.repeat(64)}\n${place}\n`);
  return 0;
};

/** One that is not mounted is no error. */
const unmount = (call: Call, place: string): number => {
  const { files } = call.host;
  const path = call.path(place);
  if (files.stat(path)?.kind === 'directory')
    for (const name of files.list(path)) files.remove(`${path}/${name}`, call.actor, { recursive: true });
  call.out(`${place}\n`);
  return 0;
};

/** ctr of containerd 1.6 in the namespace of Kubernetes: what the runtime has pulled, in the order of names, and its files. */
export const ctr: Tool = onHosts(
  (call) => {
    const words = call.argv
      .slice(1)
      .join(' ')
      .replace(/^(-n |--namespace=)k8s\.io images /, '')
      .split(' ');
    const [verb = '', first = '', second = '', ...rest] = words;
    if (verb === 'ls' && first === '-q' && second === '') {
      for (const image of [...call.host.images].toSorted()) call.out(`${image}\n`);
      return 0;
    }
    if (rest.length === 0 && verb === 'mount' && second !== '') return mount(call, first, second);
    if (rest.length === 0 && verb === 'unmount' && first === '--rm' && second !== '') return unmount(call, second);
    throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
  },
  (host) => host.packages.has('containerd'),
);
