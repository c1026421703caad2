import { z } from 'zod';
import { newerObjects, type NewerObjects } from '../facts/newer-objects.ts';
import { restorePoints } from '../facts/restore-points.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { pointBefore } from '../steps/restorable.ts';
import { defineStep } from '../steps/step.ts';

/** So many objects of a type are told by their names. */
const named = 5;

const typeOf = ({ group, resource }: NewerObjects): string => (group === '' ? resource : `${resource}.${group}`);

/** The type in the version in which it is asked for: `workloads.v1alpha2.scheduling.k8s.io`. */
const askedAs = ({ group, version, resource }: NewerObjects): string =>
  group === '' ? resource : `${resource}.${version}.${group}`;

const objectsIn = ({ names, count }: NewerObjects): string =>
  count <= named ? names.join(', ') : `${names.slice(0, named).join(', ')} and ${count - named} more`;

/** Exported they can be made again after the next upgrade; deleted they are no longer in anybody's way. */
const away = (found: NewerObjects): string => {
  const type = askedAs(found);
  return `keep a copy and delete them: kubectl get ${type} --all-namespaces --output=yaml > ${found.resource}.yaml && kubectl delete --filename=${found.resource}.yaml`;
};

const unused = (version: Version, found: NewerObjects): Trouble => ({
  because: `${version} does not serve ${typeOf(found)}: ${objectsIn(found)} will have no effect, and stay in etcd out of everybody's reach`,
  fix: away(found),
});

const undecodable = (version: Version, found: NewerObjects): Trouble => {
  const { group, storedAs } = found;
  const as = storedAs === undefined || storedAs === '' ? '' : ` (${[group, storedAs].filter(Boolean).join('/')})`;
  return {
    because: `${version} serves ${typeOf(found)}, but not in the version in which they are stored now${as}: it could list none of them, for ${objectsIn(found)}`,
    fix: away(found),
  };
};

/**
 * What the older API server does not know: objects of types that it does not serve are told, since they only lie idle;
 * those of types that it serves and could not read stop the rollback, since it could list none of that type any more.
 */
export const newerObjectsGate = defineStep({
  id: 'newer-objects',
  subject: 'node',
  title: ({ version }) => `${version} can read what is stored`,
  with: z.strictObject({ version: z.string() }),
  detect: ({ version }, _on: NodeSubject) => ({
    objects: newerObjects(version),
    points: restorePoints,
  }),
  optional: ['objects'],

  check: ({ objects, points }, { version }, on) => {
    if (objects === undefined)
      return judged(
        [],
        pointBefore(points, version) === undefined
          ? []
          : [
              {
                because: `${on.node} did not keep what the API server of ${version} served: whether it can read everything is not known`,
                fix: `compare by hand what is new: https://kubernetes.io/docs/reference/using-api/deprecation-guide/, and the release notes of what came after ${version}`,
              },
            ],
      );
    return judged(
      objects.filter(({ storedAs }) => storedAs !== undefined).map((found) => undecodable(version, found)),
      objects.filter(({ storedAs }) => storedAs === undefined).map((found) => unused(version, found)),
    );
  },

  foreseen: true,
  waivable: true,
  explain: {
    why: 'An API server can list none of a type as long as one object of it is stored in a version that it does not know.',
    source: 'kubernetes.io, API concepts; Kubernetes Deprecation Policy, rule 4b; docs/rollback.md',
    type: ['kubectl api-resources', 'kubectl get --raw /apis/admissionregistration.k8s.io/v1'],
  },
});
