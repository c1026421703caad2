/** A unit's full name: what has no suffix is a service. Source: systemctl(1). */
export const fullName = (name: string): string =>
  /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/.test(name) ? name : `${name}.service`;
