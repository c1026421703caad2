import type { Command } from '../model/command.ts';
import { read } from './build.ts';
import { kubectlArgv, type ApiPlace } from './kubectl.ts';
import { quoteWord, quoteWords } from './quote.ts';

/** Asks for so many objects of a type; how many more there are is told beside them. */
export const listedObjects = 20;

const ownServices =
  '/apis/apiregistration.k8s.io/v1/apiservices?labelSelector=kube-aggregator.kubernetes.io%2Fautomanaged%3Donstart';

/** The line of a script that defines how it asks an API server for a path. */
const asksRaw = (kubectl: readonly string[]): string => `raw() { ${quoteWords(kubectl)} get --raw "$1"; }`;

/**
 * The lines of a script that print what an API server itself serves, the document of one version of a group a line, and
 * `end`; `kubectl` is the words before `get`. The API server marks the versions that are its own, as against those of
 * CustomResourceDefinitions and of other servers (kube-aggregator, autoregister_controller.go: `onstart`; lab, 1.36.3).
 */
export const servedScript = (kubectl: readonly string[]): readonly string[] => [
  asksRaw(kubectl),
  `services=$(raw ${quoteWord(ownServices)}) || exit`,
  `for name in $(printf '%s\\n' "$services" | grep -o '"name":"v[0-9][a-z0-9]*[.][^"]*"' | cut -d '"' -f 4 | sort -u); do`,
  '  path=/apis/${name#*.}/${name%%.*}',
  '  [ -n "${name#*.}" ] || path=/api/${name%%.*}',
  '  document=$(raw "$path") || exit',
  `  printf '%s\\n' "$document"`,
  'done',
  'echo end',
];

/** What this node's own API server serves. */
export const served = (place: ApiPlace): Command =>
  read(['sh', '-c', servedScript(kubectlArgv(place)).join('\n')], { timeoutMs: 60_000 });

/** The first objects of some types, a line each, by the paths at which they are served; then `end`. */
export const firstObjects = (place: ApiPlace, paths: readonly string[]): Command =>
  read(
    [
      'sh',
      '-c',
      [
        asksRaw(kubectlArgv(place)),
        'for path; do',
        `  document=$(raw "$path?limit=${listedObjects}") || exit`,
        `  printf '%s\\n' "$document"`,
        'done',
        'echo end',
      ].join('\n'),
      'sh',
      ...paths,
    ],
    { timeoutMs: 60_000 },
  );
