/** One word of ExecStart. Source: systemd.service(5), "Command lines"; systemd.unit(5), specifiers. */
export const execWord = (text: string): string => {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w./:@=+,-]+$/.test(text) ? escaped : `"${escaped}"`;
};
