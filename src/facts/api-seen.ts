import { apiProbe, type ProbeRecord } from '../model/probe.ts';
import type { Fact } from './fact.ts';

/** What this run has seen of the API up to now; nothing before it begins. */
export const apiSeen: Fact<ProbeRecord> = {
  id: 'api-seen',
  key: 'api-seen',
  subject: 'cluster',
  source: { kind: 'probe', probe: apiProbe, parse: (value) => ({ value }) },
};
