import { describe, expect, it } from 'vitest';
import type { Workload } from '../../src/facts/workloads.ts';
import { addonCompatibility } from '../../src/gates/addon-compatibility.ts';
import { judged, satisfied, type Trouble, type Verdict } from '../../src/model/verdict.ts';
import type { AddonCompatibility } from '../../src/model/version-range.ts';
import { bound, coreDns, kubeProxy, onCluster, workload } from '../steps/values.ts';

const calico: AddonCompatibility = {
  name: 'calico',
  image: '*/calico/node',
  goesWith: [
    { addon: '>=3.30 <3.32', kubernetes: '1.32 - 1.35' },
    { addon: '>=3.32', kubernetes: '1.33 - 1.36' },
  ],
};
const daemonSet = (image: string, ...beside: readonly string[]): Workload =>
  workload('DaemonSet', 'net', image, { images: [image, ...beside] });
const check = (workloads: readonly Workload[], listed: readonly AddonCompatibility[] = [calico], version = '1.36.3') =>
  bound(addonCompatibility, { version, compatibility: listed }, onCluster).check({
    workloads: [kubeProxy('1.35.4'), coreDns(), ...workloads],
  });
const at = (image: string): string => `kube-system/daemonset/net: ${image}`;
const unknown = (name: string, image: string, suggested: string, where = at(image)): Trouble => ({
  because: `whether ${name} goes with Kubernetes 1.36.3 is not known: the inventory has no range for it (${where})`,
  fix: `see its release notes, and add it to the inventory: compatibility: [{ name: …, image: "*/${suggested}", kubernetes: { ">=…": "… - …" } }]`,
});
const old = 'quay.io/calico/node:v3.30.1';
const blocked = (because: string, fix: string): Verdict => judged([{ because, fix }], []);
const warned = (because: string, fix: string): Verdict => judged([], [{ because, fix }]);

describe('addon-compatibility', () => {
  it('nothing but what kubeadm brings', () => expect(check([])).toEqual(satisfied));
  it('in range', () => expect(check([daemonSet('quay.io/calico/node:v3.32.0')])).toEqual(satisfied));
  it('listed, and not there', () => expect(check([workload('Deployment', 'web', 'nginx:1.29')])).toEqual(satisfied));

  it('out of range', () =>
    expect(check([daemonSet(old)])).toEqual(
      blocked(
        `calico 3.30.1 goes with Kubernetes 1.32 - 1.35, not with 1.36.3 (${at(old)})`,
        'upgrade calico first, to >=3.32',
      ),
    ));
  it('the target that it goes with', () => expect(check([daemonSet(old)], [calico], '1.35.9')).toEqual(satisfied));

  it('no version goes with the target', () =>
    expect(check([daemonSet(old)], [calico], '1.37.0')).toEqual(
      blocked(
        `calico 3.30.1 goes with Kubernetes 1.32 - 1.35, not with 1.37.0 (${at(old)})`,
        'the inventory names no version of calico that goes with 1.37.0: choose another --to, or complete its ranges',
      ),
    ));

  it('several rows are for its version: one of them suffices', () => {
    const both = { ...calico, goesWith: [...calico.goesWith, { addon: '3.30.x', kubernetes: '1.36' }] };
    expect(check([daemonSet(old)], [both])).toEqual(satisfied);
  });

  it('a version of no row', () =>
    expect(check([daemonSet('quay.io/calico/node:v3.29.4')])).toEqual(
      warned(
        `the inventory has no range for calico 3.29.4 (${at('quay.io/calico/node:v3.29.4')}): whether it goes with Kubernetes 1.36.3 is not known`,
        'add the range of 3.29.4 to compatibility of calico in the inventory',
      ),
    ));

  it.each(['quay.io/calico/node@sha256:01', 'quay.io/calico/node:latest', 'quay.io/calico/node'])(
    'no version in %s',
    (image) =>
      expect(check([daemonSet(image)])).toEqual(
        warned(
          `which version of calico runs cannot be told from its image (${at(image)})`,
          'give it a tag that is a version, or look into its release notes for Kubernetes 1.36.3',
        ),
      ),
  );

  it('its companions are told of by it', () =>
    expect(
      check([
        daemonSet('quay.io/calico/node:v3.32.0'),
        workload('Deployment', 'calico-kube-controllers', 'quay.io/calico/kube-controllers:v3.32.0'),
      ]),
    ).toEqual(satisfied));

  it('two versions of it at once: each is judged', () =>
    expect(check([daemonSet(old), workload('DaemonSet', 'other', 'quay.io/calico/node:v3.32.0')])).toMatchObject({
      kind: 'blocked',
      because: expect.stringContaining('3.30.1') as unknown,
    }));

  it.each([
    ['flannel', 'ghcr.io/flannel-io/flannel:v0.27.4', 'flannel-io/flannel'],
    ['calico', 'docker.io/calico/node:v3.30.1', 'calico/node'],
    ['cilium', 'quay.io/cilium/cilium:v1.18.2@sha256:01', 'cilium/cilium'],
    ['weave-net', 'weaveworks/weave-kube:2.8.1', 'weaveworks/weave-kube'],
    ['kindnet', 'registry.k8s.io/networking/kindnetd:v1.0.0', 'networking/kindnetd'],
    ['ingress-nginx', 'registry.k8s.io/ingress-nginx/controller:v1.13.3', 'ingress-nginx/controller'],
    ['traefik', 'traefik:v3.5', 'library/traefik'],
    ['haproxy-ingress', 'haproxytech/kubernetes-ingress:3.1', 'haproxytech/kubernetes-ingress'],
    ['metrics-server', 'registry.k8s.io/metrics-server/metrics-server:v0.8.0', 'metrics-server/metrics-server'],
  ])('%s is noticed', (name, image, suggested) =>
    expect(check([daemonSet(image)], [])).toEqual(judged([], [unknown(name, image, suggested)])),
  );

  it('a storage driver is known by what stands beside it', () => {
    const driver = 'docker.io/longhornio/longhorn-manager:v1.10.0';
    const registrar = 'registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.14.0';
    const probe = 'registry.k8s.io/sig-storage/livenessprobe:v2.16.0';
    expect(check([daemonSet(registrar, driver, probe)], [])).toEqual(
      judged([], [unknown('the storage driver longhorn-manager', driver, 'longhornio/longhorn-manager')]),
    );
    const listed = {
      name: 'longhorn',
      image: '*/longhorn-manager',
      goesWith: [{ addon: '1.10.x', kubernetes: '>=1.25' }],
    };
    expect(check([daemonSet(registrar, driver, probe)], [listed])).toEqual(satisfied);
  });

  it('a range under its name that fits no image tells nothing', () =>
    expect(check([daemonSet(old)], [{ ...calico, image: '*/calico/nodes' }])).toEqual(
      judged([], [unknown('calico', old, 'calico/node')]),
    ));

  it('what is blocked and what is unknown are told at once', () => {
    const ingress = 'registry.k8s.io/ingress-nginx/controller:v1.13.3';
    const verdict = check([daemonSet(old), workload('Deployment', 'controller', ingress, { namespace: 'ingress' })]);
    expect(verdict).toEqual(
      judged(
        [
          {
            because: `calico 3.30.1 goes with Kubernetes 1.32 - 1.35, not with 1.36.3 (${at(old)})`,
            fix: 'upgrade calico first, to >=3.32',
          },
        ],
        [unknown('ingress-nginx', ingress, 'ingress-nginx/controller', `ingress/deployment/controller: ${ingress}`)],
      ),
    );
  });
});
