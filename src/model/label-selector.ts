/** One condition about a label; all of them must hold. Source: kubernetes.io, Labels and Selectors. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

const keyForm = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const valueForm = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;

const requirement = (
  key: string,
  operator: LabelRequirement['operator'],
  values: readonly string[],
): LabelRequirement | undefined =>
  keyForm.test(key) && values.every((value) => valueForm.test(value)) ? { key, operator, values } : undefined;

const parseOne = (text: string): LabelRequirement | undefined => {
  const [, setKey, word, list] = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text) ?? [];
  if (setKey !== undefined && list !== undefined)
    return requirement(
      setKey,
      word === 'in' ? 'In' : 'NotIn',
      list.split(',').map((value) => value.trim()),
    );
  const [, key, sign, value] = /^([^\s=!]+)\s*(==?|!=)\s*(\S*)$/.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return requirement(key, sign === '!=' ? 'NotIn' : 'In', [value]);
  const [, absent] = /^!\s*(\S+)$/.exec(text) ?? [];
  return absent === undefined ? requirement(text, 'Exists', []) : requirement(absent, 'DoesNotExist', []);
};

/**
 * A label selector as `kubectl get -l` takes it: `app=db,tier in (a, b),!temporary`. Undefined for anything else, and for
 * `<` and `>`. Compared with kubectl on the lab (1.35.4).
 */
export const parseLabelSelector = (text: string): readonly LabelRequirement[] | undefined => {
  const all = text.split(/,(?![^(]*\))/).map((part) => parseOne(part.trim()));
  const found = all.filter((each) => each !== undefined);
  return found.length === all.length ? found : undefined;
};

const holds = ({ key, operator, values }: LabelRequirement, labels: Readonly<Record<string, string>>): boolean => {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    // As Kubernetes has it: what has no such label is not among the values either.
    case 'NotIn':
      return value === undefined || !values.includes(value);
  }
};

/** Whether labels meet every requirement. Source: kubernetes.io, Labels and Selectors. */
export const selects = (requirements: readonly LabelRequirement[], labels: Readonly<Record<string, string>>): boolean =>
  requirements.every((each) => holds(each, labels));
