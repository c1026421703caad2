import { read } from '../commands/build.ts';
import { getRaw } from '../commands/kubectl.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { throughApi } from './through-api.ts';

export interface DeprecatedApi {
  /** `flowcontrol.apiserver.k8s.io/v1beta3 flowschemas` */
  readonly api: string;
  /** The minor that no longer serves it; missing where none is fixed yet. */
  readonly removedIn?: string;
}

/** grep ends with 1 where nothing deprecated was asked for. */
const thenGrep = 'answer=$("$@") || exit; printf "%s\\n" "$answer" | grep "^apiserver_requested_deprecated_apis{" || :';

const labelsOf = (line: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));

const parse = ({ stdout }: Output): Parsed<readonly DeprecatedApi[]> => ({
  value: stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { group = '', version = '', resource = '', removed_release: removed = '' } = labelsOf(line);
      return {
        api: `${group === '' ? version : `${group}/${version}`} ${resource}`,
        ...(removed === '' ? {} : { removedIn: removed }),
      };
    }),
});

/**
 * Deprecated APIs that somebody asked this API server for since it started. Source: kubernetes.io, "Deprecated API
 * Migration Guide" (apiserver_requested_deprecated_apis); recorded on the lab, 1.35.4.
 */
export const requestedDeprecatedApis = defineFact<readonly DeprecatedApi[]>({
  id: 'requested-deprecated-apis',
  subject: 'cluster',
  command: (place) => read(['sh', '-c', thenGrep, 'sh', ...getRaw(place, '/metrics').argv]),
  parse: throughApi(parse),
});
