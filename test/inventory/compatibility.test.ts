import { describe, expect, it } from 'vitest';
import { head, oneNode, read, refusal, yaml } from './read.ts';

const compatibility = (text: string, cluster = 0) => read(text).clusters[cluster]?.compatibility;
/** `compatibility: [ … ]` on line 3, the add-on from column 18 on. */
const one = (addon: string): string => `${head}compatibility: [ ${addon} ]\n${oneNode}`;
const range = 'a range of Kubernetes versions, e.g. "1.32 - 1.35"';

describe('compatibility', () => {
  it('none', () => expect(compatibility(`${head}${oneNode}`)).toEqual([]));

  it('all that can be said', () =>
    expect(
      compatibility(
        one(
          '{ name: calico, image: "*/calico/node", kubernetes: { ">=3.30 <3.32": "1.32 - 1.35", ">=3.32": "1.33 - 1.36" } }',
        ),
      ),
    ).toEqual([
      {
        name: 'calico',
        image: '*/calico/node',
        goesWith: [
          { addon: '>=3.30 <3.32', kubernetes: '1.32 - 1.35' },
          { addon: '>=3.32', kubernetes: '1.33 - 1.36' },
        ],
      },
    ]));

  it('a cluster replaces what the defaults say', () => {
    const text = yaml`
      apiVersion: nodeops/v1
      kind: Inventory
      defaults:
        compatibility: [{ name: calico, image: "*/calico/node", kubernetes: { "3.x": "1.x" } }]
      clusters:
        - name: paris
          nodes: [{ name: cp1, host: 10.0.0.1, role: control-plane }]
        - name: oslo
          compatibility: [{ name: cilium, image: "*/cilium/cilium", kubernetes: { "1.18.x": "1.x" } }]
          nodes: [{ name: cp1, host: 10.0.0.2, role: control-plane }]`;
    expect([0, 1].map((index) => compatibility(text, index)?.map(({ name }) => name))).toEqual([
      ['calico'],
      ['cilium'],
    ]);
  });

  it.each([
    [
      'no range of Kubernetes',
      '{ name: calico, image: "*/calico/node", kubernetes: { ">=3.32": soon } }',
      `inv.yaml:3:82: compatibility[0].kubernetes[">=3.32"]: expected ${range}, found "soon"`,
    ],
    [
      'no range of the add-on',
      '{ name: calico, image: "*/calico/node", kubernetes: { three: "1.33" } }',
      'inv.yaml:3:72: compatibility[0].kubernetes.three: expected a range of versions of the add-on, e.g. ">=3.30 <3.32", found "three"',
    ],
    [
      'no ranges',
      '{ name: calico, image: "*/calico/node", kubernetes: {} }',
      'inv.yaml:3:70: compatibility[0].kubernetes: expected a map with at least one range, found a map',
    ],
    [
      'a tag in the pattern',
      '{ name: calico, image: "*/calico/node:v3.32.0", kubernetes: { "3.x": "1.x" } }',
      'inv.yaml:3:41: compatibility[0].image: expected the name of an image without its tag, e.g. "*/calico/node", found "*/calico/node:v3.32.0"\n    leave tag and digest out: the tag is what is compared',
    ],
    [
      'one twice',
      '{ name: calico, image: a, kubernetes: { "3.x": "1.x" } }, { name: calico, image: b, kubernetes: { "3.x": "1.x" } }',
      'inv.yaml:3:84: compatibility[1].name: the add-on "calico" is already listed on line 3',
    ],
  ])('%s', (_what, addon, message) => expect(refusal(one(addon))).toBe(message));

  it('a number is read as it is written', () =>
    expect(compatibility(one('{ name: a, image: a, kubernetes: { 3.30: 1.30 } }'))?.[0]?.goesWith).toEqual([
      { addon: '3.30', kubernetes: '1.30' },
    ]));

  it('a port is no tag', () =>
    expect(compatibility(one('{ name: a, image: "m.example:5000/a", kubernetes: { "3.x": "1.x" } }'))?.[0]?.image).toBe(
      'm.example:5000/a',
    ));
});
