import type { Metering, MetricsOptions } from './metering.ts';
import type { OwnershipOptions } from './ownership.ts';
import type { OutputFormat } from './parts.ts';
import type { ConsentOptions } from './protection.ts';
import type { WaiverOptions } from './waivers.ts';
import type { WindowOptions } from './window.ts';

/** How several clusters go. */
export interface FleetOptions {
  /** How many at once: `--parallel`. */
  readonly parallel?: number;
  /** Waves that may begin without anybody being asked: `--promote`. */
  readonly promote?: readonly string[];
  /** The wave before which it ends: `--hold`. */
  readonly hold?: string;
}

/** Of everything that runs a playbook. */
export interface PlaybookOptions
  extends OwnershipOptions, ConsentOptions, WaiverOptions, WindowOptions, FleetOptions, MetricsOptions {
  readonly output: OutputFormat;
  readonly dryRun?: boolean;
  readonly acceptNewHostKeys?: boolean;
  /** What counts already what runs do. */
  readonly metering?: Metering;
}
