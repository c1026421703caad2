import type { PlaybookOptions } from './playbook-options.ts';

/** How what is done without anybody there is done. */
export interface StandingOptions extends Pick<PlaybookOptions, 'output' | 'acceptNewHostKeys'> {
  readonly inventory: string;
  /** Of upgrades that are begun: `--drain`, `--max-api-downtime`. One that is gone on with keeps its own. */
  readonly drain?: string;
  readonly maxApiDowntime?: string;
}
