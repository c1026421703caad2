import { read } from '../commands/build.ts';
import { kubectlArgv } from '../commands/kubectl.ts';
import { withoutControlSequences } from '../model/text.ts';
import { defineFact, type Fact } from './fact.ts';
import { throughApi } from './through-api.ts';

export interface ContainerPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** What stands for a container among others. */
export const placeKey = ({ namespace, pod, container }: ContainerPlace): string => `${namespace}/${pod} ${container}`;

const keptLines = 5;
const lineLength = 300;

/**
 * The last lines that a container printed before it was started again; absent where nobody keeps them any more.
 * Source: kubectl logs --help (`--previous`); recorded on the lab, 1.36.3.
 */
export const previousLog = ({ namespace, pod, container }: ContainerPlace): Fact<readonly string[]> =>
  defineFact({
    id: 'previous-log',
    parameters: [namespace, pod, container],
    subject: 'cluster',
    command: (place) =>
      read(
        kubectlArgv(
          place,
          'logs',
          `--namespace=${namespace}`,
          `--container=${container}`,
          '--previous',
          `--tail=${keptLines}`,
          pod,
        ),
      ),
    parse: (output) => {
      // BadRequest: the container runtime has thrown the container away.
      if (/previous terminated container .* not found/.test(output.stderr)) return { absent: true };
      return throughApi(({ stdout }) => ({
        value: withoutControlSequences(stdout)
          .split('\n')
          .map((line) => line.trim().slice(0, lineLength))
          .filter((line) => line !== ''),
      }))(output);
    },
  });
