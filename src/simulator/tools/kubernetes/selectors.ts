import { SimulatorGap } from '../../gap.ts';
import { field, type Value } from './value.ts';

/** `a=b,c!=d,e,!f`. Source: kubernetes.io, "Labels and Selectors", equality-based; sets are not modelled. */
export const labelSelector = (text: string | undefined): ((labels: Readonly<Record<string, string>>) => boolean) => {
  if (text === undefined || text === '') return () => true;
  if (/[()]/.test(text)) throw new SimulatorGap(`kubectl: label selector ${text}`);
  const terms = text.split(',').map((term) => {
    const [, key = '', operator, value] = /^([^=!]+?)(?:(==?|!=)(.*))?$/.exec(term) ?? [];
    if (term.startsWith('!')) return (labels: Readonly<Record<string, string>>) => labels[term.slice(1)] === undefined;
    if (operator === undefined) return (labels: Readonly<Record<string, string>>) => labels[key] !== undefined;
    const wanted = operator !== '!=';
    return (labels: Readonly<Record<string, string>>) => (labels[key] === value) === wanted;
  });
  return (labels) => terms.every((term) => term(labels));
};

const fields = ['metadata.name', 'metadata.namespace', 'spec.nodeName', 'status.phase', 'spec.unschedulable'];

/** `spec.nodeName=x`. @throws SimulatorGap for a field that the API does not select by. */
export const fieldSelector = (text: string | undefined): ((object: Value) => boolean) => {
  if (text === undefined || text === '') return () => true;
  const terms = text.split(',').map((term) => {
    const [, path = '', operator = '', wanted = ''] = /^([\w.]+)(==?|!=)(.*)$/.exec(term) ?? [];
    if (!fields.includes(path)) throw new SimulatorGap(`kubectl: field selector ${term}`);
    const [first = '', second = ''] = path.split('.', 2);
    return (object: Value): boolean => {
      const found = field(field(object, first), second) ?? (path === 'spec.unschedulable' ? false : '');
      return (JSON.stringify(found).replaceAll('"', '') === wanted) === (operator !== '!=');
    };
  });
  return (object) => terms.every((term) => term(object));
};
