const unquote = (word: string): string => {
  const [, double, single] = /^(?:"((?:\\[^]|[^"\\])*)"|'([^']*)')$/.exec(word) ?? [];
  if (single !== undefined) return single;
  return (double ?? word).replaceAll(/\\(["$`\\])/g, '$1');
};

/** `NAME=value` lines, quoted as a shell would; the last of one name wins. Source: os-release(5), systemd.exec(5). */
export const readAssignments = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, unquote(value.trim())]];
    }),
  );

/** `Name=value` lines of `systemctl show`, whose values are not quoted. Source: systemctl(1). */
export const readProperties = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
