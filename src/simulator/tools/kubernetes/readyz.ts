import { reach } from '../../cluster/endpoints.ts';
import type { Call } from '../../shell/tool.ts';

/** The checks of an API server in the order in which it prints them. Recorded on the lab, 1.35.4. */
const checks = [
  'ping',
  'log',
  'etcd',
  'etcd-readiness',
  'informer-sync',
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/priority-and-fairness-filter',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'poststarthook/start-kube-apiserver-identity-lease-controller',
  'poststarthook/start-kube-apiserver-identity-lease-garbage-collector',
  'poststarthook/start-legacy-token-tracking-controller',
  'poststarthook/start-service-ip-repair-controllers',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/priority-and-fairness-config-producer',
  'poststarthook/bootstrap-controller',
  'poststarthook/start-kubernetes-service-cidr-controller',
  'poststarthook/aggregator-reload-proxy-client-cert',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-status-local-available-controller',
  'poststarthook/apiservice-status-remote-available-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/apiservice-discovery-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
  'shutdown',
];

const failing = (names: readonly string[]): string => {
  const lines = checks.map((check) =>
    names.includes(check) ? `[-]${check} failed: reason withheld` : `[+]${check} ok`,
  );
  return `Error from server (InternalError): an error on the server (${JSON.stringify(`${lines.join('\n')}\nreadyz check failed`)}) has prevented the request from succeeding`;
};

/** What an API server that is not ready says of itself, where it answers at all. */
export const readyzText = (call: Call, address: string, path: string): string | undefined => {
  if (path === '/version') return undefined;
  const { why } = reach(call.host.world, address).state;
  if (why === 'forbidden')
    return call.host.world.random.chance(0.5)
      ? `Error from server (Forbidden): forbidden: User "kubernetes-admin" cannot get path "${path}"`
      : failing(['poststarthook/rbac/bootstrap-roles', 'poststarthook/scheduling/bootstrap-system-priority-classes']);
  return why === 'no-etcd' ? failing(['etcd', 'etcd-readiness']) : undefined;
};
