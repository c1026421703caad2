import { z } from 'zod';
import { imageAnswers, type AskedFor, type RegistryAnswer } from '../facts/image-answers.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

type Kind = 'absent' | 'login' | 'unreachable';

const kindOf = (answers: readonly RegistryAnswer[]): Kind => {
  if (answers.some(({ status }) => status === 401 || status === 403)) return 'login';
  return answers.every(({ status }) => status === 404) ? 'absent' : 'unreachable';
};

const told = ({ address, status, trouble }: RegistryAnswer): string => {
  if (status === 404) return `${address} does not have it`;
  if (status === 401 || status === 403) return `${address} asks for a login (HTTP ${status})`;
  return `${address}: ${status === 0 ? trouble : `HTTP ${status}`}`;
};

const manifestOf = ({ image, answers }: AskedFor): string => {
  const [, name = '', tag = ''] = /^[^/]+\/(.*):([^:]+)$/.exec(image) ?? [];
  return `${answers.at(-1)?.address ?? ''}/v2/${name}/manifests/${tag}`;
};

/** As containerd's CRI does; crictl, which other runtimes need, comes no longer with kubeadm's packages (tried on the lab). */
const byHand = (image: string): string => `ctr -n k8s.io images pull --hosts-dir=/etc/containerd/certs.d ${image}`;

const fixes: Readonly<Record<Kind, (node: string, asked: AskedFor) => string>> = {
  absent: () =>
    'push it there (kubeadm config images list names all of a version), choose another version with --to, or correct imageRepository: kubectl -n kube-system edit configmap kubeadm-config',
  login: (node, { image }) =>
    `the pull before the upgrade will show whether the runtime has a login; by hand, on ${node}: ${byHand(image)}`,
  unreachable: (node, asked) =>
    `on ${node}, see: curl -I ${manifestOf(asked)}; which addresses are asked is said by /etc/containerd/certs.d/*/hosts.toml`,
};

/** Images of which the same was said are one trouble: a registry that is away is so for all. */
const troublesOf = (on: NodeSubject, asked: readonly AskedFor[]): readonly (Trouble & { readonly kind: Kind })[] =>
  [...Map.groupBy(asked, ({ answers }) => answers.map(told).join('; ')).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const kind = kindOf(first.answers);
    const because = `${on.node}: ${same.map(({ image }) => image).join(', ')} cannot be had: ${first.answers.map(told).join('; ')}`;
    return [{ kind, because, fix: fixes[kind](on.node, first) }];
  });

/**
 * Every image whose name is sure is in a registry that the node's runtime asks. A login is told only: whether the
 * runtime has one is seen when it pulls, which is before anything is touched.
 */
export const imageRegistry = defineStep({
  id: 'image-registry',
  subject: 'node',
  title: ({ version }) => `images of ${version} in the registry`,
  with: z.strictObject({ version: z.string() }),
  detect: ({ version }, on: NodeSubject) => ({ asked: imageAnswers(version, on.role) }),

  check: ({ asked }, { version }, on) => {
    if ('unasked' in asked)
      return judged(
        [],
        [
          {
            because: `${on.node}: whether its registries have the images of ${version} could not be asked: ${asked.unasked}`,
            fix: `try it by hand, on ${on.node}: ${byHand(`registry.k8s.io/kube-proxy:v${version}`)}`,
          },
        ],
      );
    const missing = asked.images.filter(({ present, answers }) => !present && answers.at(-1)?.status !== 200);
    const troubles = troublesOf(on, missing);
    const those = (match: (kind: Kind) => boolean): readonly Trouble[] =>
      troubles.flatMap(({ kind, because, fix }) => (match(kind) ? [{ because, fix }] : []));
    return judged(
      those((kind) => kind !== 'login'),
      those((kind) => kind === 'login'),
    );
  },

  // What a registry has comes and goes by itself.
  unheld: true,
  waivable: true,
  explain: {
    why: 'An image that cannot be pulled stops a control plane half-way, and a worker without its kube-proxy.',
    source: 'containerd, docs/hosts.md; OCI distribution-spec 1.1, "Checking if content exists in the registry"',
    type: [
      'cat /etc/containerd/certs.d/*/hosts.toml',
      'curl -I https://registry.k8s.io/v2/kube-apiserver/manifests/v1.36.3',
    ],
  },
});
