import type { ArtifactSeen, Fact } from './fact.ts';

/** A file that was copied off a node and is kept on the operator's side; absent until then. */
export const keptArtifact = (name: string): Fact<ArtifactSeen> => ({
  id: 'kept-artifact',
  key: `kept-artifact ${name}`,
  subject: 'cluster',
  source: { kind: 'artifact', name, parse: (found) => (found === undefined ? { absent: true } : { value: found }) },
});
