/**
 * `name`, when it leads nowhere else than below its place: parts of plain characters between slashes.
 * @throws Error otherwise: names of backups are made by nodeops, or looked through before they get here.
 */
export const checkedName = (name: string): string => {
  if (name.split('/').every((part) => /^[A-Za-z0-9][\w.+-]*$/.test(part))) return name;
  throw new Error(`${JSON.stringify(name)} is no name of a file of a backup`);
};
