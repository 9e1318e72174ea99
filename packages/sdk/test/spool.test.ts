import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flush, init, run, shutdown, step } from '../src/index.ts';
import { createDropCounts } from '../src/queue/drops.ts';
import { sealBatch } from '../src/transport/batch.ts';
import { Spool, toSpoolRoot } from '../src/transport/spool.ts';
import { withFakeServer } from './setup.ts';

const setup = withFakeServer();
const PRODUCER = '01a1fc00-0000-7000-8000-000000000001';
const OTHER = '01a1fc00-0000-7000-8000-000000000002';
const NO_PROCESS = 4_194_305;

const createSpool = (drops = createDropCounts()) => new Spool({ root: setup.dir, producer: PRODUCER, drops });

describe('the spool', () => {
  it('keeps batches private, with number and content, oldest first', async () => {
    const spool = createSpool();
    await spool.save(await sealBatch({ producer: PRODUCER, number: 7 }, ['{"a":1}'], []));
    await spool.save(await sealBatch({ producer: PRODUCER, number: 8 }, ['{"a":2}'], []));
    const folder = join(setup.dir, `${PRODUCER}.${process.pid}`);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const first = await spool.findOldest();
    expect(first?.batch).toMatchObject({ producer: PRODUCER, number: 7, events: 1 });
    expect(first?.batch.body.toString()).toBe('{"a":1}');
    await first?.remove();
    expect((await spool.findOldest())?.batch.number).toBe(8);
  });

  it('adopts what a dead process left, under its own producer, and leaves a living one alone', async () => {
    for (const name of [`${OTHER}.${NO_PROCESS}`, `${PRODUCER}.${process.ppid}`]) {
      mkdirSync(join(setup.dir, name));
      writeFileSync(join(setup.dir, name, '3.1.identity'), '{"t":"note"}');
    }
    const spool = createSpool();
    await spool.adopt();
    const found = await spool.findOldest();
    expect(found?.batch).toMatchObject({ producer: OTHER, number: 3 });
    await found?.remove();
    expect(await spool.findOldest()).toBeUndefined();
    expect(readdirSync(setup.dir)).toContain(`${PRODUCER}.${process.ppid}`);
  });

  it('drops what is older than a day and counts it', async () => {
    const drops = createDropCounts();
    const spool = createSpool(drops);
    await spool.save(await sealBatch({ producer: PRODUCER, number: 1 }, ['{}', '{}'], []));
    const path = join(setup.dir, `${PRODUCER}.${process.pid}`, '1.2.identity');
    utimesSync(path, new Date(0), new Date(0));
    expect(await spool.findOldest()).toBeUndefined();
    expect(drops.spool_full).toBe(2);
  });

  it('refuses beyond 64 MiB and counts the loss', async () => {
    const drops = createDropCounts();
    const spool = createSpool(drops);
    const large = {
      producer: PRODUCER,
      encoding: 'identity',
      body: Buffer.alloc(33 << 20),
      events: 5,
      hashes: [],
    } as const;
    await spool.save({ ...large, hashes: [], number: 1 });
    await spool.save({ ...large, hashes: [], number: 2 });
    expect(drops.spool_full).toBe(5);
  });

  it('says so when the folder cannot be written', async () => {
    const file = join(setup.dir, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o600);
    const spool = new Spool({ root: file, producer: PRODUCER, drops: createDropCounts() });
    expect(await spool.save(await sealBatch({ producer: PRODUCER, number: 1 }, ['{}'], []))).toBe(false);
  });

  it('separates servers, keys and sets of agents', () => {
    expect(toSpoolRoot('/spool', ['a'])).not.toBe(toSpoolRoot('/spool', ['b']));
    expect(toSpoolRoot('off', ['a'])).toBeUndefined();
  });
});

describe('a process whose server goes away', () => {
  it('leaves its events on disk, and the next process delivers them for it, once', async () => {
    const spoolDir = join(setup.dir, 'spool');
    await setup.start({ spoolDir });
    await run('first', () => step('a', () => 1));
    await flush();
    setup.server.isDown = true;
    await run('second', () => step('b', () => 2));
    await shutdown(300);
    const [root = ''] = readdirSync(spoolDir);
    expect(readdirSync(join(spoolDir, root))).toHaveLength(1);

    setup.server.isDown = false;
    await init({
      agent: 'agent',
      url: setup.server.url,
      key: 'mcs_test',
      spoolDir,
      signals: false,
      manifest: { tools: [] },
    });
    await run('third', () => step('c', () => 3));
    await flush(5_000);
    const names = setup.server
      .events()
      .filter(({ t }) => t === 'step.end')
      .map(({ name }) => name);
    expect(names.toSorted()).toEqual(['a', 'b', 'c']);
    const producers = new Set(setup.server.batches.map(({ header }) => header.producer));
    expect(producers.size).toBe(2);
    const adopted = setup.server.batches.find(({ lines }) => lines.some(({ name }) => name === 'b'));
    expect(adopted?.token).toContain(adopted?.header.producer);
  });
});
