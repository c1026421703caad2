import type { Finding } from '../documents/finding.ts';
import type { RuleContext } from './rule-context.ts';
import { hookListRules } from './hook-list-rules.ts';
import type { Sketch } from './sketch.ts';

/** Hooks of a backup have names of their own, and run where there is something. */
export const backupRules = (sketch: Sketch, context: RuleContext): readonly Finding[] =>
  hookListRules(sketch, context, { at: ['backup', 'application'], places: ['operator', 'control-plane'] });
