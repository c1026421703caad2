import { expect, it } from 'vitest';
import { extraArgsOf } from '../../src/facts/extra-args.ts';

const list =
  'kind: ClusterConfiguration\napiServer:\n  extraArgs:\n  - name: audit-log-path\n    value: /a\n  - name: v\n    value: "2"\nscheduler: {}\n';
const map =
  'kind: ClusterConfiguration\napiServer:\n  extraArgs:\n    audit-log-path: /a\n    v: "2"\ncontrollerManager:\n';

it.each([
  ['v1beta4, a list', list, 'apiServer', ['audit-log-path', 'v']],
  ['v1beta3, a map', map, 'apiServer', ['audit-log-path', 'v']],
  ['a section without', list, 'scheduler', []],
  ['an empty section', map, 'controllerManager', []],
  ['no section', map, 'scheduler', []],
  ['a list without names', 'scheduler:\n  extraArgs:\n  - value: x\n', 'scheduler', []],
  ['no YAML', 'a: [', 'apiServer', []],
] as const)('%s', (_what, raw, section, names) => expect(extraArgsOf(raw, section)).toEqual(names));
