import { describe, expect, it } from 'vitest';
import { inBoth, type Tree } from '../in-both.ts';
import { lines } from './tool-lines.ts';

const tree: Tree = {
  a: 'one\ntwo\nthree\n',
  b: 'three\nfour\n',
  empty: '',
  'no-newline': 'x\ny',
  words: 'aab\n[a|b]\n(x)\nbbb\n*\n\n',
  colons: 'a:2:c,d\nb:1\nplain\n',
  tabs: 'a\tb  c\n',
  numbers: '10\n9\n-1\n9\n',
  dup: 'a\na\nb\na\n',
  states: 'ii  kubelet 1.36\nhi  kubeadm 1.35\n',
  paths:
    'deb [signed-by=/etc/k.gpg] https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /\n/etc/apt\nSigned-By: /x/y.asc\ncgroup2 /sys/fs/cgroup cgroup2 rw\n',
  block: 'a\n  BEGIN x\n .\n.\n  y\nEND\nb\nBEGIN\nopen\n',
  yaml: 'spec:\n    - --data-dir=/var/lib/etcd\nruntime:  unix:///run/x.sock\nA="--endpoint=unix:///y.sock --z"\n',
  paragraphs: '\n\none\ntwo\n\n\nthree\n\nURIs: https://x/core:/stable:/v1\ntwo\n',
  'dir/c.txt': 'c\n',
  'dir/sub/d.txt': 'dd\n',
  l2: '-> a',
};

describe.each(Object.entries(lines))('%s as GNU has it', (_, list) => {
  it.each(list)('%s', (line) => {
    const { real, simulated } = inBoth({ argv: ['sh', '-c', line], tree, stdin: 'from stdin\n' });
    expect(simulated).toEqual(real);
  });
});
