import { annotationPath } from './json-pointer.ts';
import type { Command } from '../model/command.ts';
import { leaseSeconds } from '../model/lease-time.ts';
import { write } from './build.ts';
import { get, kubectlArgv, type ApiPlace } from './kubectl.ts';

/** Where a cluster says who maintains it: `kubectl -n kube-system get lease nodeops`. */
export const leaseName = 'nodeops';
export const leaseNamespace = 'kube-system';

const inNamespace = `--namespace=${leaseNamespace}`;

export type Annotations = Readonly<Record<string, string>>;

/** An owner as the lease names it. `epoch` is its spec.leaseTransitions. */
export interface LeaseHolder {
  readonly holder: string;
  readonly epoch: number;
}

export interface LeaseClaim extends LeaseHolder {
  /** All annotations that the lease is to have. */
  readonly annotations: Annotations;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** metav1.MicroTime is read with exactly six digits after the point (apimachinery, meta/v1/micro_time.go). */
export const microTime = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

const specOf = ({ holder, epoch, at }: LeaseClaim) => ({
  holderIdentity: holder,
  leaseDurationSeconds: leaseSeconds,
  acquireTime: microTime(at),
  renewTime: microTime(at),
  leaseTransitions: epoch,
});

/** Prints nothing, with rc 0, where there is none. */
export const getLease = (place: ApiPlace): Command =>
  get(place, 'lease', leaseName, inNamespace, '--ignore-not-found', '--output=json');

/** Fails with AlreadyExists where somebody else was quicker. */
export const createLease = (place: ApiPlace, claim: LeaseClaim): Command =>
  write(kubectlArgv(place, 'create', '--filename=-'), {
    stdin: JSON.stringify({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: leaseName, namespace: leaseNamespace, annotations: claim.annotations },
      spec: specOf(claim),
    }),
  });

const patch = (place: ApiPlace, operations: readonly object[]): Command =>
  write(
    kubectlArgv(
      place,
      'patch',
      'lease',
      leaseName,
      inNamespace,
      '--type=json',
      `--patch=${JSON.stringify(operations)}`,
      '--output=name',
    ),
  );

/** Takes a lease that is still exactly the one that was looked at; fails where it has changed since. */
export const claimLease = (place: ApiPlace, claim: LeaseClaim, resourceVersion: string): Command =>
  patch(place, [
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'add', path: '/metadata/annotations', value: claim.annotations },
    { op: 'add', path: '/spec', value: specOf(claim) },
  ]);

const stillOurs = ({ holder, epoch }: LeaseHolder): readonly object[] => [
  { op: 'test', path: '/spec/holderIdentity', value: holder },
  { op: 'test', path: '/spec/leaseTransitions', value: epoch },
];

/** A sign of life; fails where the lease is somebody else's by now. */
export const renewLease = (place: ApiPlace, owner: LeaseHolder, at: number): Command =>
  patch(place, [...stillOurs(owner), { op: 'replace', path: '/spec/renewTime', value: microTime(at) }]);

/** Leaves the lease without a holder, and what there is to say of the maintenance in its annotations. */
export const releaseLease = (place: ApiPlace, owner: LeaseHolder, annotations: Annotations, at: number): Command =>
  patch(place, [
    ...stillOurs(owner),
    { op: 'replace', path: '/spec/holderIdentity', value: '' },
    { op: 'replace', path: '/spec/renewTime', value: microTime(at) },
    ...Object.entries(annotations).map(([name, value]) => ({
      op: 'add',
      path: annotationPath(name),
      value,
    })),
  ]);
