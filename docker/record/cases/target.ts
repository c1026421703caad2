import { askKubelet } from '../../../src/commands/ask-target.ts';
import type { ByHand, RecordCase } from './case.ts';

/** What a run would have left there: the archives that are asked, and its directory. */
const staged: ByHand = {
  on: 'w1',
  script: [
    'mkdir -p /var/lib/nodeops',
    'cd /var/cache/apt/archives',
    "[ -e kubelet_TO_VERSION-1.1_amd64.deb ] || { sed 's#/v[0-9.]*/deb/#/v'$(echo TO_VERSION | cut -d. -f1,2)'/deb/#' /etc/apt/sources.list.d/kubernetes.list > /tmp/to.list; apt-get update -qq -o Dir::Etc::sourcelist=/tmp/to.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=/tmp/lists && apt-get download -qq -o Dir::Etc::sourcelist=/tmp/to.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=/tmp/lists kubelet=TO_VERSION-1.1; }",
    'rm -rf /tmp/lists /tmp/to.list',
  ].join('\n'),
};

const flags = '/etc/default/kubelet';
const config = '/var/lib/kubelet/config.yaml';

/** Asked, and put right again: what a kubelet says of flags and feature gates without being started. */
export const targetCases: readonly RecordCase[] = [
  {
    name: 'target: a kubelet that takes everything',
    on: 'w1',
    prepare: [staged],
    line: ({ to }) => askKubelet(to),
    // Looked at before the next one changes something.
    restore: [],
  },
  {
    name: 'target: flags and feature gates that a kubelet does not take',
    on: 'w1',
    prepare: [
      staged,
      {
        on: 'w1',
        script: [
          `cp -p ${flags} ${config} /root/`,
          `echo 'KUBELET_EXTRA_ARGS="--pod-infra-container-image=x --v=2 --feature-gates=NoSuch=true,KubeletTracing=false,ContextualLogging=true"' > ${flags}`,
          `printf 'featureGates:\\n  AllAlpha: false\\n  InTreePluginPortworxUnregister: true\\n' >> ${config}`,
        ].join('\n'),
      },
    ],
    line: ({ to }) => askKubelet(to),
    restore: [{ on: 'w1', script: `mv /root/kubelet ${flags}; mv /root/config.yaml ${config}` }],
  },
  { name: 'target: a version that was not downloaded', on: 'w1', line: () => askKubelet('1.36.9') },
];
