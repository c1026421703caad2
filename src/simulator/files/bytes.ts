const beyondAscii = /[\u0080-\uffff]/;

/** Text as the bytes of its UTF-8, one character a byte: what files, pipes and arguments hold in the simulator. */
export const toBytes = (text: string): string =>
  beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;

/** The text whose UTF-8 these bytes are. */
export const fromBytes = (bytes: string): string =>
  beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
