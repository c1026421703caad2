/** A public key of the lab's package repository, as `gpg --export` writes it: one RSA key, its user ID, its signature. */
const exported = [
  'mQGNBGsBY7ABDACu+nLKiUzm4ijPFRuyB876jdfdWruo9KAlYtE0fmkeC0zGckUbHeMMbESGTzE7QdyJnBjiv6D63xfMiAdVyGX8',
  'L7PNib9ND4C2T7sUul3N1u9ReJ+iB5/b8wSmbu/T9nWhFr4eebKy/asAldilGb5JxyIRyR4vNFQbiseeeSBw8y9LP4CNZQH9CzQh',
  'syS5nFhkp47hL914p5pMAgBmrB44FJNLwyaeRdgMUySrX9C7ET+rrSKCL3/CXEHrWMukv3vW9w6kXCNS8hWwr3mzSAf9bayXSJ1T',
  'KZDTG+M6VJkUgVYLk/k38dYKzJGlYSPSATLLpddCtoyXFou/VD+31epW2VmEAUc57wOO+NUL4ih/1qjIRjJIH/AQBkCBoN8iGb4M',
  'aoiqs0iYknQxG1N+Gs/so5XwCgSrt/CehAzgJyng1dG2yMHdjHcnu66q1KMCcyHY3a+xdncDrZY6YcpHl2YwrkmCPdW5OjkMfEIK',
  'RQDqBZwJG60BwxG9erN1HeXQqe8AEQEAAbQTbGFiQGV4YW1wbGUuaW52YWxpZIkBzgQTAQoAOBYhBGC2l2BjxKxYlmnrf/N4LhJx',
  'VfFFBQJrAWOwAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEPN4LhJxVfFFrAsL/1oqQ9SvSBnG/RDqgUiRkGxeGss7Q3rN',
  'ABRsFxFAdSjU90n6XeAbPSwxMQRY+PGnW88uhBczGp8dMP3MPzjWLaRi0VCz/TTZhKB+FH9M4bz3d5x7+C3mckZuw0WUCjjFpyOa',
  'NwlqjsIzyRP8kpZofSEzIiNnkrY7VYfnM2MxjTb5lFeOWhScHwWrB3Mz8A+F32p6MBDEdCo+9ACaPIIcXSX3fmD2eOqQdmEDmAai',
  'O5Sz/LXycf6fEj2na95By2qokRRnLFTfnPvPYC2fg0HWv7TG56LjMkvlIoexgSvvU5lbDjIoiHQ9OKiycHIEzqb69mWfbmmPwWwz',
  'QMlhF712qNI6sZO/QJk5PmOvGuXmo29uH1FN3USrsDa9wo9oTRBmQo4DkyWvvYZNACW6MVGWWlgkCNshKReLzfV1IS+FCLmSgVcK',
  'DzYW8LxHJ25PZFcexRQeAUkCML1swvdrWKcNMCvPj9NSeA2+qkmnLle1tlQ8i7Ii34Q12szFRe54i0AfaQ==',
].join('');

const packets = Buffer.from(exported, 'base64');
/** Old-format packets: a tag, two bytes of length, then version and creation time. Source: RFC 4880, 4.2.1, 5.5.2. */
const creationOffset = 4;
const signatureOffset = 421;
const hashedLengthOffset = signatureOffset + 3 + 4;
const createdAt = Date.UTC(2025, 2, 1);

/**
 * The key that signs the simulated repositories, one character a byte, as it lies below /etc/apt/keyrings. With
 * `expiresAt` (ms since the epoch) its self-signature says so (RFC 4880, 5.2.3.6); nothing here checks signatures.
 */
export const repositoryKey = (expiresAt?: number): string => {
  const bytes = Buffer.from(packets);
  bytes.writeUInt32BE(createdAt / 1000, creationOffset);
  if (expiresAt === undefined) return bytes.toString('latin1');
  const subpacket = Buffer.from([5, 9, 0, 0, 0, 0]);
  subpacket.writeUInt32BE((expiresAt - createdAt) / 1000, 2);
  bytes.writeUInt16BE(bytes.readUInt16BE(signatureOffset + 1) + subpacket.length, signatureOffset + 1);
  bytes.writeUInt16BE(bytes.readUInt16BE(hashedLengthOffset) + subpacket.length, hashedLengthOffset);
  const at = hashedLengthOffset + 2;
  return Buffer.concat([bytes.subarray(0, at), subpacket, bytes.subarray(at)]).toString('latin1');
};

/** The key as it was exported on the lab. */
export const recordedKey = packets.toString('latin1');
