import type { Actor } from './scene.ts';

/** kubectl asks again so often. Source: k8s.io/kubectl, drain/drain.go; lab, 1.35.4. */
export const retrySeconds = 5;

/** What most programs need to end once they are told to; how long theirs takes only the programs know. */
const politeSeconds = 2;

/** Seconds that a pod probably takes to be gone. */
export const endingSeconds = ({ pod }: Actor): number => Math.min(pod.graceSeconds, pod.preStopSeconds + politeSeconds);

/** Their replacements are made at once; others wait until the name is free, or the pod has quite ended. */
export const replacedAtOnce: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController']);
