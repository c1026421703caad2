/** Days as `2026-06-28`, in UTC. */
export interface MinorSupport {
  /** When its first patch was released. */
  readonly released?: string;
  /** Until when it gets patches. */
  readonly endOfLife: string;
}

/**
 * By minor. Sources: kubernetes/website, data/releases/eol.yaml (1.28 to 1.31, which have ended); kubernetes.io/releases,
 * a page a minor (1.33 to 1.37, as read in 2026: days ahead may still move); kubernetes/sig-release,
 * releases/release-1.33 to 1.35, README.md ("released"). What none of them says is left out: nothing here is computed.
 */
const supported: Readonly<Record<string, MinorSupport>> = {
  '1.28': { endOfLife: '2024-10-22' },
  '1.29': { endOfLife: '2025-02-28' },
  '1.30': { endOfLife: '2025-07-15' },
  '1.31': { endOfLife: '2025-11-11' },
  '1.33': { released: '2025-04-23', endOfLife: '2026-06-28' },
  '1.34': { released: '2025-08-27', endOfLife: '2026-10-27' },
  '1.35': { released: '2025-12-17', endOfLife: '2027-02-28' },
  '1.36': { released: '2026-04-22', endOfLife: '2027-06-28' },
  '1.37': { released: '2026-08-26', endOfLife: '2027-10-28' },
};

/** How long a minor (`1.36`) is supported by the Kubernetes project; undefined where that is not known here. */
export const supportOf = (minor: string): MinorSupport | undefined => supported[minor];
