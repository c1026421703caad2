import { stripVTControlCharacters } from 'node:util';

/** Without colours and cursor movements: kubeadm colours its output even where nobody looks. */
export const withoutControlSequences = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    // What a progress display wrote over is gone on a terminal as well.
    .replaceAll(/[^\n]*\r(?=[^\n])/g, '')
    // eslint-disable-next-line no-control-regex -- other control characters would spoil a terminal
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
