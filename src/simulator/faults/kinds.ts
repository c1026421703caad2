import type { ConnectionKind } from './connection-kinds.ts';
import { controlPlaneKinds } from './control-plane-kinds.ts';
import type { FaultKind } from './fault.ts';
import { hostKinds } from './host-kinds.ts';
import type { Kind } from './kind.ts';
import { peopleKinds } from './people-kinds.ts';
import { unitKinds } from './unit-kinds.ts';
import { workloadKinds } from './workload-kinds.ts';

/** Every fault but those of a single command's connection, which the transport carries out. */
export const kinds: Readonly<Record<Exclude<FaultKind, ConnectionKind>, Kind>> = {
  ...hostKinds,
  ...unitKinds,
  ...controlPlaneKinds,
  ...workloadKinds,
  ...peopleKinds,
};
