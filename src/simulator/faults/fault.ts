export const faultKinds = [
  'connection-lost-before',
  'connection-lost-during',
  'connection-lost-after',
  'frozen-peer',
  'slow-peer',
  'program-killed',
  'program-paused',
  'second-operator',
  'node-reboot',
  'node-down',
  'kubelet-not-coming-back',
  'image-pull-failing',
  'apt-lock-held',
  'repository-down',
  'download-corrupted',
  'dpkg-interrupted',
  'unit-killed',
  'disk-full',
  'etcd-member-down',
  'etcd-lagging',
  'etcd-learner',
  'etcd-alarm',
  'api-refusing',
  'api-flapping',
  'budget-blocks',
  'pod-does-not-terminate',
  'clock-jump',
  'person-cordons',
  'person-uncordons',
  'person-upgrades-by-hand',
  'sudo-asks',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** `before` and `after` stand at the command's sending and end, or at the journal's writing; `during` lies between. */
export type Moment = 'before' | 'during' | 'after';

/**
 * When a fault comes: at the n-th command that all programs together send, at the n-th event that they journal (both
 * from 1), or so many ms after the simulation began.
 */
export type When = { readonly command: number } | { readonly journal: number } | { readonly atMs: number };

/**
 * What goes wrong, as data: it can be printed, left out, and played again. With the same seed and the same faults
 * everything happens again in the same way.
 */
export interface Fault {
  readonly kind: FaultKind;
  readonly when: When;
  readonly moment: Moment;
  /** The host that it befalls; not given for what befalls a program, or the node that the command goes to. */
  readonly where?: string;
  /** `during`: so many ms after the command was sent. Units: so many after they began. */
  readonly delayMs?: number;
  /** Virtual ms until it is over by itself; not given where there is nothing to be over. */
  readonly lastsMs?: number;
  /** It is never over: the run must say so, or not need it. */
  readonly permanent?: boolean;
  /** Which of several: pods, phases of dpkg, directions. Any number does. */
  readonly choice?: number;
}

const whenText = (when: When): string => {
  if ('command' in when) return `command ${when.command}`;
  return 'journal' in when ? `journal ${when.journal}` : `${when.atMs} ms`;
};

/** One line: `etcd-alarm of paris-cp2, before command 117, for good`. */
export const describeFault = ({ kind, when, moment, where, lastsMs, permanent }: Fault): string =>
  [
    where === undefined ? kind : `${kind} of ${where}`,
    'atMs' in when ? `at ${whenText(when)}` : `${moment} ${whenText(when)}`,
    ...(permanent === true ? ['for good'] : lastsMs === undefined ? [] : [`for ${lastsMs} ms`]),
  ].join(', ');
