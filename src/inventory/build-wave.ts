import type { Wave } from '../model/wave.ts';
import type { WaveCheck } from '../model/wave-check.ts';
import type { CheckSettings } from './wave-check-schema.ts';
import type { WaveSettings } from './wave-schema.ts';

interface Place {
  readonly order: number;
  /** `prod.yaml:12`. */
  readonly source: string;
  /** Where the inventory lies, as an absolute path. */
  readonly directory: string;
}

const oneMinute = 60_000;
/** Of what answers at once, or not at all. */
const tenSeconds = 10_000;

const buildCheck = ({ name, question, timeout, retries, for: forMs }: CheckSettings, directory: string): WaveCheck => ({
  name,
  question: question.kind === 'command' ? { ...question, directory } : question,
  timeoutMs: timeout ?? (question.kind === 'command' ? oneMinute : tenSeconds),
  retries: retries ?? 0,
  forMs: forMs ?? 0,
});

/** A validated wave with every default filled in. */
export const buildWave = (settings: WaveSettings, { order, source, directory }: Place): Wave => {
  const { canary, parallel } = settings;
  return {
    name: settings.name,
    order,
    selector: settings.selector,
    ...(canary === undefined ? {} : { canary }),
    ...(parallel === undefined ? {} : { parallel }),
    soakMs: settings.soak ?? 0,
    maxFailedClusters: settings.maxFailedClusters ?? { count: 0 },
    inFlight: settings.inFlight ?? 'finish',
    approval: settings.approval ?? false,
    checks: (settings.checks ?? []).map((check) => buildCheck(check, directory)),
    source,
  };
};
