/** Something of the cluster that can be named to be cleaned up: `pod/shop/db-0`, `namespace/old`. */
export interface StuckName {
  /** As kubectl calls it, in the singular where it is one of ours: `pod`, or `certificates.cert-manager.io`. */
  readonly resource: string;
  /** Missing for what is in none. */
  readonly namespace?: string;
  readonly name: string;
}

/** What is in no namespace, of which this is known how it is cleaned up. */
export const wholeKinds = ['namespace', 'node', 'volumeattachment'] as const;

export const stuckNameForm =
  'pod/NAMESPACE/NAME, RESOURCE/NAMESPACE/NAME, namespace/NAME, node/NAME or volumeattachment/NAME';

/** Source: kubernetes.io, Object Names and IDs: most are RFC 1123 subdomains; RBAC's have colons, and are never in the way here. */
const nameForm = /^[a-z0-9][a-z0-9.-]{0,252}$/;
const resourceForm = /^[a-z][a-z0-9.-]{0,252}$/;

/** Undefined for what is not of the form. */
export const parseStuckName = (text: string): StuckName | undefined => {
  const [resource = '', ...names] = text.split('/');
  if (!resourceForm.test(resource) || !names.every((each) => nameForm.test(each))) return undefined;
  const whole = wholeKinds.some((kind) => kind === resource);
  const [first, second, ...rest] = names;
  if (first === undefined || rest.length > 0) return undefined;
  if (whole) return second === undefined ? { resource, name: first } : undefined;
  return second === undefined ? undefined : { resource, namespace: first, name: second };
};

export const stuckNameText = ({ resource, namespace, name }: StuckName): string =>
  [resource, ...(namespace === undefined ? [] : [namespace]), name].join('/');
