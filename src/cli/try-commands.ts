import type { Command } from 'commander';
import { collect, examples, outputOption, withConsent, withSelection } from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

const addSmoke = (program: Command, parts: Parts, ended: Outcome): void => {
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

const addKubectl = (program: Command, parts: Parts, ended: Outcome): void => {
  withSelection(program.command('kubectl'))
    .argument('[args...]', 'of kubectl, behind a --')
    .description('run kubectl on a control plane of each cluster')
    .option('--write', 'also what may change a cluster; it is journalled')
    .option('--reason <text>', 'why, for the journal; protected clusters need one')
    .option(
      '--confirm <name>',
      'the name of a protected cluster, where nobody can type it (may be given again)',
      collect,
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples(
        'nodeops kubectl --inventory prod.yaml -- get nodes -o wide',
        'nodeops kubectl --inventory prod.yaml --cluster paris -- logs -n kube-system -l k8s-app=kube-proxy --tail=20',
        'nodeops kubectl --inventory prod.yaml --write -- rollout restart -n kube-system deployment/coredns',
        'nodeops kubectl --inventory prod.yaml --write -- apply -f - < quota.yaml',
      ),
    )
    .action(async (args: readonly string[], options) =>
      ended(await (await import('./commands/kubectl.ts')).kubectl(parts, args, options)),
    );
};

/** What is done with clusters beside maintenance: they are tried out, and kubectl is run on them. */
export const addTrying = (program: Command, parts: Parts, ended: Outcome): void => {
  addSmoke(program, parts, ended);
  addKubectl(program, parts, ended);
};
