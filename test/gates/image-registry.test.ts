import { describe, expect, it } from 'vitest';
import { imageRegistry } from '../../src/gates/image-registry.ts';
import { judged, satisfied, type Verdict } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const gate = bound(imageRegistry, { version: '1.36.3' }, onWorker());
const proxy = 'registry.k8s.io/kube-proxy:v1.36.3';
const api = 'registry.k8s.io/kube-apiserver:v1.36.3';
const answer = (status: number, address = 'https://registry.k8s.io', trouble = '') => ({ address, status, trouble });
const mirror = (status: number, trouble = '') => answer(status, 'http://mirror:5000', trouble);
const image = (name: string, ...answers: readonly ReturnType<typeof answer>[]) => ({
  image: name,
  present: false,
  answers,
});
const asked = (...images: readonly object[]) => ({ asked: { images } });
const absent =
  'push it there (kubeadm config images list names all of a version), choose another version with --to, or correct imageRepository: kubectl -n kube-system edit configmap kubeadm-config';
const unreachable = (address: string, name: string) =>
  `on paris-w1, see: curl -I ${address}/v2/${name}/manifests/v1.36.3; which addresses are asked is said by /etc/containerd/certs.d/*/hosts.toml`;
const block = (because: string, fix: string) => judged([{ because: `paris-w1: ${because}`, fix }], []);
const warn = (because: string, fix: string) => judged([], [{ because: `paris-w1: ${because}`, fix }]);

const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, Verdict])[] = [
  ['the runtime has it', asked({ image: proxy, present: true, answers: [] }), satisfied],
  ['the registry has it', asked(image(proxy, answer(200))), satisfied],
  ['the second has it', asked(image(proxy, mirror(404), answer(200))), satisfied],
  ['the first is away, the second has it', asked(image(proxy, mirror(0, '(7) refused'), answer(200))), satisfied],
  [
    'none has it',
    asked(image(proxy, mirror(404), answer(404))),
    block(
      `${proxy} cannot be had: http://mirror:5000 does not have it; https://registry.k8s.io does not have it`,
      absent,
    ),
  ],
  [
    'none answers: one trouble of all images',
    asked(
      image(api, mirror(0, '(7) refused'), answer(0, 'https://registry.k8s.io', '(6) no such host')),
      image(proxy, mirror(0, '(7) refused'), answer(0, 'https://registry.k8s.io', '(6) no such host')),
    ),
    block(
      `${api}, ${proxy} cannot be had: http://mirror:5000: (7) refused; https://registry.k8s.io: (6) no such host`,
      unreachable('https://registry.k8s.io', 'kube-apiserver'),
    ),
  ],
  [
    'the mirror lacks it, the registry is not reached',
    asked(image(proxy, mirror(404), answer(503))),
    block(
      `${proxy} cannot be had: http://mirror:5000 does not have it; https://registry.k8s.io: HTTP 503`,
      unreachable('https://registry.k8s.io', 'kube-proxy'),
    ),
  ],
  ...[401, 403].map(
    (status) =>
      [
        `a login (${status})`,
        asked(image(proxy, mirror(status), answer(404))),
        warn(
          `${proxy} cannot be had: http://mirror:5000 asks for a login (HTTP ${status}); https://registry.k8s.io does not have it`,
          `the pull before the upgrade will show whether the runtime has a login; by hand, on paris-w1: ctr -n k8s.io images pull --hosts-dir=/etc/containerd/certs.d ${proxy}`,
        ),
      ] as const,
  ),
  [
    'several troubles',
    asked(image(api, mirror(401)), image(proxy, mirror(404))),
    judged(
      [{ because: `paris-w1: ${proxy} cannot be had: http://mirror:5000 does not have it`, fix: absent }],
      [
        {
          because: `paris-w1: ${api} cannot be had: http://mirror:5000 asks for a login (HTTP 401)`,
          fix: `the pull before the upgrade will show whether the runtime has a login; by hand, on paris-w1: ctr -n k8s.io images pull --hosts-dir=/etc/containerd/certs.d ${api}`,
        },
      ],
    ),
  ],
  [
    'nothing could be asked',
    { asked: { unasked: 'it has no curl' } },
    warn(
      'whether its registries have the images of 1.36.3 could not be asked: it has no curl',
      `try it by hand, on paris-w1: ctr -n k8s.io images pull --hosts-dir=/etc/containerd/certs.d ${proxy}`,
    ),
  ],
];

describe('image-registry', () => {
  it.each(cases)('%s', (_what, seen, verdict) => expect(gate.check(seen)).toEqual(verdict));
});
