import { Option, type Command } from 'commander';
import {
  collect,
  examples,
  inventoryOption,
  outputOption,
  tableOption,
  withClusters,
  withSelection,
} from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

const addStatus = (program: Command, parts: Parts, ended: Outcome): void => {
  withSelection(program.command('status'))
    .description('how the clusters are: versions, nodes, the run that has them; changes nothing')
    .addOption(
      new Option('-o, --output <format>', 'how to print')
        .choices(['table', 'wide', 'json', 'prometheus'])
        .default('table'),
    )
    .option('-w, --watch', 'look again and again, until Ctrl-C')
    .option('--alert-after <duration>', 'a run that takes longer is an alert', '15m')
    .addHelpText(
      'after',
      examples(
        'nodeops status --inventory prod.yaml',
        'nodeops status --inventory prod.yaml --watch --output wide',
        'nodeops status --inventory prod.yaml --output prometheus > /var/lib/node_exporter/nodeops.prom',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/status.ts')).status(parts, options)));
};

const addKubeconfig = (program: Command, parts: Parts, ended: Outcome): void => {
  program
    .command('kubeconfig <cluster>')
    .description('write the administrator’s kubeconfig of a cluster into a file that only you can read')
    .addOption(inventoryOption())
    .option('--accept-new-host-keys', 'trust host keys that known_hosts does not have yet')
    .option('--out <file>', 'which file; otherwise CLUSTER.kubeconfig here')
    .option('--merge', 'into the file that kubectl uses; what was there is kept beside it')
    .option('--force', 'also over a file, or over another cluster of that name')
    .addHelpText(
      'after',
      examples(
        'nodeops kubeconfig paris --inventory prod.yaml',
        'nodeops kubeconfig paris --inventory prod.yaml --merge && kubectl --context paris get nodes',
      ),
    )
    .action(async (cluster: string, options) =>
      ended(await (await import('./commands/kubeconfig.ts')).kubeconfig(parts, cluster, options)),
    );
};

const addFacts = (program: Command, parts: Parts, ended: Outcome): void => {
  withSelection(program.command('facts'))
    .description('show what is known of the nodes and clusters; changes nothing')
    .option('--limit <node>', 'only this node (may be given again)', collect)
    .option('--fact <name>', 'only this fact, as the JSON output names it (may be given again)', collect)
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples(
        'nodeops facts --inventory prod.yaml',
        'nodeops facts --inventory prod.yaml --limit w1 --output json',
        'nodeops facts --inventory prod.yaml --fact boot-identity --fact disk-space',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/facts.ts')).facts(parts, options)));
};

const addVersions = (program: Command, parts: Parts, ended: Outcome): void => {
  withSelection(program.command('versions'))
    .description(
      'what is installed, what is offered and until when it is supported, and the way there; changes nothing',
    )
    .option('--to <version>', 'the way to this version; otherwise to the newest that every node is offered')
    .addOption(tableOption())
    .addHelpText(
      'after',
      examples(
        'nodeops versions --inventory prod.yaml',
        'nodeops versions --inventory prod.yaml --cluster paris --to 1.36.3',
        'nodeops versions --inventory prod.yaml --output json',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/versions.ts')).versions(parts, options)));
};

const addEvents = (program: Command, parts: Parts, ended: Outcome): void => {
  withSelection(program.command('events'))
    .description(
      'one time line: what the cluster says that happened, and what runs of this machine did; changes nothing',
    )
    .option(
      '--since <when>',
      'so long ago (90m, 2h, 3d), or since a run began: its id, the beginning of it, or last',
      '1h',
    )
    .addOption(tableOption())
    .addHelpText(
      'after',
      examples(
        'nodeops events --inventory prod.yaml --cluster paris',
        'nodeops events --inventory prod.yaml --since last',
        'nodeops events --inventory prod.yaml --since 2h --output json',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/events.ts')).events(parts, options)));
};

const addVerify = (program: Command, parts: Parts, ended: Outcome): void => {
  withSelection(program.command('verify'))
    .description('what should hold after a maintenance, and what to type where it does not; changes nothing')
    .option(
      '--since <run>',
      'compare also with how it was when a run of this machine began: its id, the beginning of it, or last',
    )
    .addOption(tableOption())
    .addHelpText(
      'after',
      examples(
        'nodeops verify --inventory prod.yaml',
        'nodeops verify --inventory prod.yaml --since last',
        'nodeops verify --inventory prod.yaml --cluster paris -o json',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/verify.ts')).verify(parts, options)));
};

const addDiagnose = (program: Command, parts: Parts, ended: Outcome): void => {
  withSelection(program.command('diagnose'))
    .argument('[name]', 'a run (its id, the beginning of it, or last), or a node; otherwise all nodes')
    .description('what is awaited and since when, how the nodes are, and the likely cause; changes nothing')
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples(
        'nodeops diagnose --inventory prod.yaml last',
        'nodeops diagnose --inventory prod.yaml --cluster paris w1',
        'nodeops diagnose --inventory prod.yaml --output json',
      ),
    )
    .action(async (name: string | undefined, options) =>
      ended(await (await import('./commands/diagnose.ts')).diagnose(parts, name, options)),
    );
};

const addExplain = (program: Command, parts: Parts, ended: Outcome): void => {
  program
    .command('explain')
    .argument('[name]', 'a step, or a playbook: a shipped one, or a file')
    .description('what a person would type for a step or a playbook, and why; without a name: which there are')
    .option('--plan <file>', 'for what a saved plan would do, node by node')
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples(
        'nodeops explain',
        'nodeops explain drain-node',
        'nodeops explain upgrade',
        'nodeops explain ./mine.yaml',
        'nodeops explain --plan friday.plan',
      ),
    )
    .action(async (name: string | undefined, options) =>
      ended((await import('./commands/explain.ts')).explain(parts, name, options)),
    );
};

const addInventory = (program: Command, parts: Parts, ended: Outcome): void => {
  const inventory = program.command('inventory').description('work with inventory files');
  inventory
    .command('validate')
    .argument('[files...]', 'its files, or directories of them')
    .addOption(inventoryOption())
    .description('check an inventory; connects to nothing')
    .addHelpText('after', examples('nodeops inventory validate prod.yaml'))
    .action(async (files: readonly string[], options) =>
      ended((await import('./commands/inventory-validate.ts')).inventoryValidate(parts, files, options)),
    );
  withClusters(inventory.command('show'))
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json', 'yaml']).default('text'))
    .option('--resolved', 'all that holds, with the layer and the line that each value comes from')
    .description('the clusters of an inventory as nodeops understands them; connects to nothing, and shows no secret')
    .addHelpText(
      'after',
      examples(
        'nodeops inventory show --inventory prod.yaml',
        'nodeops inventory show --inventory prod.yaml --cluster paris --resolved',
        'nodeops inventory show --inventory clusters/ -l environment=prod --output yaml',
      ),
    )
    .action(async (options) => ended((await import('./commands/inventory-show.ts')).inventoryShow(parts, options)));
};

/** The commands that only look, but for the kubeconfig, which is written on this machine. */
export const addLooking = (program: Command, parts: Parts, ended: Outcome): void => {
  addStatus(program, parts, ended);
  addFacts(program, parts, ended);
  addVersions(program, parts, ended);
  addEvents(program, parts, ended);
  addVerify(program, parts, ended);
  addDiagnose(program, parts, ended);
  addExplain(program, parts, ended);
  addInventory(program, parts, ended);
  addKubeconfig(program, parts, ended);
};
