import { describe, expect, it } from 'vitest';
import { inBoth, type Tree } from '../in-both.ts';
import { scripts } from './dash-scripts.ts';

const tree: Tree = {
  'a.txt': 'one\ntwo\nthree\n',
  'b.txt': 'x=1\ny=2',
  empty: '',
  'dir/c.txt': 'c\n',
  'dir/sub/d.txt': 'd\n',
  'two words.txt': 'w\n',
  script: '#!/bin/sh\necho "script $0 $# $1"\nexit 3\n',
  plain: 'not a program\n',
  link: '-> a.txt',
  gone: '-> nowhere',
};

describe.each(Object.entries(scripts))('%s as in dash', (_, list) => {
  it.each(list)('%s', (script) => {
    const { real, simulated } = inBoth({
      argv: ['sh', '-c', script, 'sh', 'one', 'two words', ''],
      tree,
      stdin: 'first line\nsecond  line \nlast',
    });
    expect(simulated).toEqual(real);
  });
});
