import type { Command } from 'commander';
import { examples, outputOption, withConsent, withSelection } from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

/** Commands that try a cluster out. */
export const addTrials = (program: Command, parts: Parts, ended: Outcome): void => {
  withConsent(withSelection(program.command('smoke')).addOption(outputOption()))
    .description('run a small workload on every node that takes pods, ask it from every node, and take it away again')
    .option('--image <image>', 'of a web server; otherwise docker.io/library/nginx:1.29-alpine')
    .option('--port <port>', 'on which it listens; otherwise 80')
    .option('--args <words>', 'its arguments, with blanks between them; otherwise as the image has them')
    .option('--pages <folder>', 'from which the image serves its pages; otherwise /usr/share/nginx/html')
    .option('--path <path>', 'under which it serves the page put there; otherwise /')
    .option('--keep', 'leave everything there afterwards; the next smoke test takes it away')
    .addHelpText(
      'after',
      examples(
        'nodeops smoke --inventory prod.yaml --cluster paris',
        'nodeops smoke --inventory prod.yaml --yes --image mirror.example/nginx:1.29',
        'nodeops smoke --inventory prod.yaml --image registry.k8s.io/e2e-test-images/agnhost:2.59 --args test-webserver --path /usr/share/nginx/html/',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/smoke.ts')).smoke(parts, options)));
};
