import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFleets } from './fleets.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { findRunningServer, startServer } from './server.ts';
import { createStatus } from './status.ts';
import { addReport, NOTHING_YET } from './tally.ts';
import { openLibrary } from './tools/library.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), repository);
  if (options) await show(options);
  else console.log(USAGE);
}

async function show(options: Options): Promise<void> {
  const library = await openLibrary(options.folder);
  const outputFolder = await mkdtemp(join(tmpdir(), 'mission-control-demo-'));
  console.log(`Starting the server. The fleet reads ${library.paths.length} documents of ${library.folder}.`);
  const server = findRunningServer(process.env) ?? (await startServer(repository, options.port));
  console.log(`\n  Open ${server.link}\n`);

  let tally = NOTHING_YET;
  const status = createStatus(process.stdout, () => tally);
  const fleets = startFleets(options, server, outputFolder, (report) => {
    tally = addReport(tally, report);
  });
  await waitForEnd(options.durationS);
  status.say('No new tasks; those under way are finished …');
  await fleets.stop();
  status.close();
  console.log(`Notes of the writer: ${outputFolder}`);
  if (options.durationS !== undefined && process.stdout.isTTY) {
    console.log(`The server runs on for you to look around: ${server.link}\nCtrl-C ends it.`);
    await waitForEnd(undefined);
  }
  await server.stop();
}

/** Resolves after the duration, if there is one, or when somebody asks us to end. */
function waitForEnd(durationS: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = durationS === undefined ? undefined : setTimeout(resolve, durationS * 1000);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
