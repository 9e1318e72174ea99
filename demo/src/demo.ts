import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFleets } from './fleets.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { findRecorded } from './recorded.ts';
import { findRunningServer, type Server, startServer } from './server.ts';
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

  const startedAt = new Date();
  let tally = NOTHING_YET;
  const status = createStatus(process.stdout, () => tally);
  const fleets = startFleets(options, server, outputFolder, (report) => {
    tally = addReport(tally, report);
  });
  const interrupted = listenForSignals();
  await waitForEnd(options.durationS, interrupted);
  interrupted.addEventListener('abort', fleets.abort);
  if (interrupted.aborted) fleets.abort();
  else status.say('No new tasks; those under way are finished (Ctrl-C ends them, too) …');
  await fleets.finish();
  status.close();
  await tellRecorded(server, startedAt);
  console.log(`Notes of the writer: ${outputFolder}`);
  if (!interrupted.aborted && process.stdout.isTTY) {
    console.log(`The server runs on for you to look around: ${server.link}\nCtrl-C ends it.`);
    await waitForEnd(undefined, interrupted);
  }
  await server.stop();
}

/** What arrived, in the server's own words. */
async function tellRecorded(server: Server, since: Date): Promise<void> {
  const recorded = await findRecorded(server, since);
  if (!recorded) return;
  const { runs, events, violations, dropped } = recorded;
  console.log(
    `The server has ${runs} runs with ${events} events and ${violations} violations; ${dropped} were dropped.`,
  );
}

/** Aborts when somebody asks us to end. */
function listenForSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => controller.abort());
  return controller.signal;
}

/** Resolves after the duration, if there is one, or when we are interrupted. */
function waitForEnd(durationS: number | undefined, interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = durationS === undefined ? undefined : setTimeout(resolve, durationS * 1000);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    if (interrupted.aborted) end();
    else interrupted.addEventListener('abort', end, { once: true });
  });
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
