const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const subdomain = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`);
const labelName = /^(?=.{1,63}$)[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** What Kubernetes accepts as a Node's name (RFC 1123 subdomain). */
export const isSubdomain = (text: string): boolean => subdomain.test(text);

/** `paris-1` for `Paris_1`; undefined when that does not make it valid. */
export const subdomainHint = (text: string): string | undefined => {
  const near = text.toLowerCase().replaceAll('_', '-');
  return near !== text && isSubdomain(near) ? `write ${near}` : undefined;
};

/** A label's key as in Kubernetes: `region` or `example.com/region`. */
export const isLabelKey = (text: string): boolean => {
  const slash = text.indexOf('/');
  return labelName.test(text.slice(slash + 1)) && (slash === -1 || isSubdomain(text.slice(0, slash)));
};

/** A label's value as in Kubernetes; it may be empty. */
export const isLabelValue = (text: string): boolean => text === '' || labelName.test(text);
