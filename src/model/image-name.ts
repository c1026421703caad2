/** An image as a pod names it, taken apart. */
export interface ImageName {
  /** With its registry: `docker.io/calico/node`. */
  readonly name: string;
  readonly tag?: string;
}

/**
 * `calico/node:v3.30.1@sha256:…` → `docker.io/calico/node`, `v3.30.1`. Without a registry it is Docker Hub's, without a
 * directory there one of its library. Source: distribution/reference, "Grammar".
 */
export const readImage = (image: string): ImageName => {
  const [bare = ''] = image.split('@');
  const [, name = bare, tag] = /^(.*):([^:/]+)$/.exec(bare) ?? [];
  const [first = ''] = name.split('/');
  const hasRegistry = name.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const whole = hasRegistry ? name : name.includes('/') ? `docker.io/${name}` : `docker.io/library/${name}`;
  return { name: whole, ...(tag === undefined ? {} : { tag }) };
};

/** Whether a name fits a pattern in which `*` stands for anything. */
export const fitsPattern = (name: string, pattern: string): boolean => {
  const [first = '', ...others] = pattern.split('*');
  if (others.length === 0) return name === pattern;
  const last = others.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
};
