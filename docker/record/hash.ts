import { createHash } from 'node:crypto';

/** Sixteen digits of SHA-256 are enough to tell texts apart, and short. */
export const hashOf = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
