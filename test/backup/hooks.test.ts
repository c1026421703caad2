import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestSchema } from '../../src/backup/manifest.ts';
import { hookHere, hookOnNode, toldOfBackup } from '../../src/commands/backup-hook.ts';
import { hookOutcomes } from '../../src/facts/hook-outcomes.ts';
import { operatorsMachine } from '../../src/model/action.ts';
import type { BackupHook, BackupSettings, CoveredClaims } from '../../src/model/cluster.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import { observeCluster } from '../../src/run/observe.ts';
import { performAll } from '../../src/run/perform.ts';
import { performHook } from '../../src/run/backup/perform-hook.ts';
import { performStorage } from '../../src/run/backup/perform-storage.ts';
import { readRecord } from '../../src/run/backup/store-backup.ts';
import { readText, writeText } from '../../src/run/kept-text.ts';
import { valueOf } from '../../src/facts/fact.ts';
import { backupStage } from './stage.ts';

const id = '2026-11-21-093012-1f3a';
const named = (claim: string): CoveredClaims => ({ kind: 'named', claim });
const hook = (name: string, ...covers: readonly CoveredClaims[]): BackupHook => ({
  name,
  argv: ['true'],
  place: { kind: 'operator', directory: '/' },
  covers,
  timeoutMs: 5000,
});
type Stage = ReturnType<typeof backupStage>;

const of = toldOfBackup('paris', id);
const keep = { as: 'backup', backup: id } as const;
const onOperator = (stage: Stage, name: string, script: string, timeoutMs = 20_000) => {
  const command = hookHere({ argv: ['sh', '-ec', script], timeoutMs }, of);
  const performance = {
    session: stage.session,
    emit: stage.emit,
    run: id,
    address: `applications/${name}`,
    step: 'run-backup-hook',
    attempt: 1,
    waitedMs: 0,
  };
  const action = {
    do: 'hook',
    on: operatorsMachine,
    hook: name,
    keep,
    command,
    directory: stage.folder,
  } as const;
  return performAll(performance, [action]);
};

const outcomes = async ({ session }: Stage) => {
  const fact = hookOutcomes(`paris/${id}/hooks`);
  const seen = await observeCluster(session, [fact]);
  return valueOf(fact, seen.observations.get(fact.key));
};
const output = ({ artifacts }: Stage, name: string) => readText(artifacts, `paris/${id}/hook-${name}.txt`);

describe('a hook on this machine', () => {
  it('is told the backup’s name; what it prints is kept, and journalled with its exit', async () => {
    const stage = backupStage();
    await onOperator(stage, 'shop-db', 'echo "$NODEOPS_CLUSTER/$NODEOPS_BACKUP in $(pwd)"');
    expect(await output(stage, 'shop-db')).toBe(`paris/${id} in ${stage.folder}\n`);
    expect(await outcomes(stage)).toEqual([{ hook: 'shop-db', ok: true, trouble: '' }]);
    expect(stage.events).toMatchObject([
      { type: 'command-started', node: operatorsMachine, effect: 'write', line: expect.stringContaining('sh -ec') },
      { type: 'command-finished', node: operatorsMachine, exit: { kind: 'code', code: 0 } },
    ]);
  });

  it.each([
    ['its exit and its last line', 'echo begun; echo refused >&2; exit 3', 20_000, /^rc 3: refused$/],
    ['a command in the middle', 'false; echo end', 20_000, /^rc 1$/],
    ['a program that is not there', 'no-such-program', 20_000, /^rc 127: .*no-such-program: not found$/],
    ['that it was not over in time', 'echo begun; exec sleep 30', 300, /^rc 124 \(not over in its time\): begun$/],
  ])('that failed says %s', async (_what, script, timeoutMs, trouble) => {
    const stage = backupStage();
    await onOperator(stage, 'shop-db', script, timeoutMs);
    expect(await outcomes(stage)).toEqual([{ hook: 'shop-db', ok: false, trouble: expect.stringMatching(trouble) }]);
    expect(stage.events.at(-1)).toMatchObject({ type: 'command-finished', exit: { kind: 'code' } });
  });
});

const unreachable = () => Promise.reject(new ConnectError('unreachable', 'w1 cannot be reached', 'look'));
const refused = () =>
  Promise.resolve({
    exit: { kind: 'code', code: 76 } as const,
    stdout: '',
    stderr: 'not sent',
    truncated: false,
    durationMs: 0,
  });

describe('a hook on a node', () => {
  const command = hookOnNode({ argv: ['true'], timeoutMs: 1000 }, { ...of, controlPlane: false });
  const action = { do: 'hook', on: 'w1', hook: 'files', keep, command } as const;

  it('whose node is not reached has failed, and has had its turn', async () => {
    const stage = backupStage();
    await performHook(stage.session, action, unreachable, () => undefined);
    expect(await outcomes(stage)).toEqual([{ hook: 'files', ok: false, trouble: 'unknown (w1 cannot be reached)' }]);
  });

  it('of a run that lost its cluster leaves nothing: it is the new owner’s to say', async () => {
    const stage = backupStage();
    const ownership = { epoch: 1, advice: '', heard: () => undefined, lost: () => 'taken over' };
    await performHook({ ...stage.session, ownership }, action, refused, () => undefined);
    expect(await outcomes(stage)).toEqual([]);
  });
});

const recorded = (name: string): string => readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');

/** With the claims of a cluster as kubectl listed them on the lab. */
const withClaims = async ({ artifacts }: Stage): Promise<void> => {
  const text = recorded('cluster-state.json').replace(
    /"claims":\{.*?\n\}\n,/s,
    () => `"claims":${recorded('claims.json')},`,
  );
  await writeText(artifacts, `paris/${id}/cluster-state.json`, text);
};

const stored = async (application: BackupSettings['application'], scripts: Readonly<Record<string, string>>) => {
  const stage = backupStage({ application });
  await stage.gather(id);
  await withClaims(stage);
  for (const [name, script] of Object.entries(scripts)) await onOperator(stage, name, script);
  const on = operatorsMachine;
  const action = { do: 'store', on, backup: id, places: [stage.place], objects: false } as const;
  expect((await performStorage(stage.session, stage.emit, action)).stderr).toBe('');
  const read = (name: string): string => readFileSync(join(stage.place, 'paris', id, name), 'utf8');
  return { stage, read, manifest: manifestSchema.parse(JSON.parse(read('manifest.json'))) };
};
const coverage = ({ claims = [] }: { claims?: readonly { claim: string; coveredBy?: string }[] }) =>
  Object.fromEntries(claims.map(({ claim, coveredBy }) => [claim, coveredBy ?? 'not covered']));

describe('a backup with hooks', () => {
  it('without any, no claim is covered', async () => {
    const { manifest, read } = await stored([], {});
    expect(coverage(manifest)).toEqual({ 'shop/data': 'not covered', 'shop/logs': 'not covered' });
    expect(JSON.parse(read('checksums.json'))).toMatchObject({ claims: { total: 2, notCovered: 2 }, failedHooks: 0 });
  });

  it('says of each claim which hook saved it, and has what the hook printed', async () => {
    const covers = {
      kind: 'selected',
      selector: { text: 'app=db', labels: [{ key: 'app', operator: 'In', values: ['db'] }] },
    } as const;
    const { stage, manifest, read } = await stored([hook('shop-db', covers)], { 'shop-db': 'echo dumped as shop-17' });
    expect(coverage(manifest)).toEqual({ 'shop/data': 'shop-db', 'shop/logs': 'not covered' });
    expect(manifest.application).toEqual([
      { name: 'shop-db', on: operatorsMachine, ok: true, claims: ['shop/data'], durationMs: expect.any(Number) },
    ]);
    expect(read('hook-shop-db.txt')).toBe('dumped as shop-17\n');
    expect(manifest.files.map(({ name }) => name).filter((name) => name.includes('hook'))).toEqual([
      'hook-shop-db.txt',
    ]);
    expect(await stage.artifacts.list(`paris/${id}`)).toEqual([]);
    expect(await readRecord(stage.session, id)).toMatchObject({
      notCovered: ['shop/logs'],
      claims: { total: 2, notCovered: 1 },
      failedHooks: [],
    });
  });

  it('whose hook failed is stored, covers nothing by it, and says so', async () => {
    const { stage, manifest, read } = await stored([hook('shop-db', named('shop/data')), hook('late')], {
      'shop-db': 'echo refused; exit 3',
    });
    expect(coverage(manifest)).toEqual({ 'shop/data': 'not covered', 'shop/logs': 'not covered' });
    expect(JSON.parse(read('checksums.json'))).toMatchObject({ failedHooks: 2 });
    expect((await readRecord(stage.session, id))?.failedHooks).toEqual([
      { hook: 'shop-db', trouble: 'rc 3: refused' },
      { hook: 'late', trouble: 'it did not run' },
    ]);
  });

  it('a second hook covers what the first could not', async () => {
    const { manifest } = await stored([hook('first', named('shop/data')), hook('second', named('shop/data'))], {
      first: 'exit 1',
      second: 'exit 0',
    });
    expect(coverage(manifest)).toMatchObject({ 'shop/data': 'second' });
  });

  it('a claim that there is not is named', async () => {
    const { manifest } = await stored([hook('shop-db', named('shop/dta'))], { 'shop-db': 'exit 0' });
    expect(manifest.leftOut).toEqual([
      { what: 'shop/dta of the hook shop-db', why: 'there is no such claim in the cluster' },
    ]);
  });

  it('one that was made before hooks were known is still read', async () => {
    const { manifest } = await stored([], {});
    const old = { ...manifest, application: [{ name: 'velero', claims: [] }] };
    expect(manifestSchema.parse(old).application).toEqual([{ name: 'velero', claims: [], ok: true }]);
  });
});
