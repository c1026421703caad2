import { stripVTControlCharacters } from 'node:util';

// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001F\u007F-\u009F]/g;

/**
 * A line that a program on a node printed, safe to show: kubeadm colours its output, and a stray escape would
 * rewrite the operator's screen. Of a line that was redrawn (progress bars), the last state.
 */
export const cleanLine = (line: string): string => {
  const plain = stripVTControlCharacters(line).trimEnd();
  return plain
    .slice(plain.lastIndexOf('\r') + 1)
    .replaceAll('\t', '    ')
    .replaceAll(control, '');
};
