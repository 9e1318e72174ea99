import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#server/platform/config.ts';
import { discoverSkills } from './discover.ts';
import type { PackFile } from './pack-file.ts';
import { openPack } from './pack-files.ts';
import { readTar } from './tar.ts';

const pack = { owner: 'acme', repo: 'skills', branch: 'main' };
const url = (path: string, branch = 'main') => `https://github.com/acme/skills/tree/${branch}${path}`;

async function* toFiles(files: Record<string, string | Buffer>): AsyncGenerator<PackFile> {
  for (const [path, text] of Object.entries(files)) yield { path, content: toContent(Buffer.from(text)) };
}
async function* toContent(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
const discover = (files: Record<string, string>) => discoverSkills(toFiles(files), pack);

/** One entry of a tar archive, as git and GNU tar write it. */
function tarEntry(path: string, content: string | Buffer, type = '0'): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(path.slice(0, 100), 0);
  header.write('0000644\0', 100);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}
const paxPath = (path: string) => {
  const record = ` path=${path}\n`;
  return tarEntry('pax', `${record.length + String(record.length + 2).length}${record}`, 'x');
};
const toTar = (...entries: Buffer[]) => Buffer.concat([...entries, Buffer.alloc(1024)]);

async function readAll(archive: Buffer, maxBytes = 1e9) {
  const found: Record<string, string> = {};
  for await (const { path, content } of readTar(toContent(archive), maxBytes)) {
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(part);
    found[path] = Buffer.concat(parts).toString();
  }
  return found;
}

describe('a tar archive', () => {
  it('gives its files, with long names of either kind, and nothing else', async () => {
    const long = `pack/${'folder/'.repeat(40)}SKILL.md`;
    const archive = toTar(
      tarEntry('pax_global_header', '52 comment=0123456789\n', 'g'),
      tarEntry('pack/', '', '5'),
      tarEntry('pack/a.txt', 'first'),
      paxPath(long),
      tarEntry('shortened', 'second'),
      tarEntry('././@LongLink', `${long}.bak\0`, 'L'),
      tarEntry('shortened', 'third'),
      tarEntry('pack/link', '', '2'),
      tarEntry('pack/b.txt', 'x'.repeat(5000)),
    );
    expect(await readAll(archive)).toEqual({
      'pack/a.txt': 'first',
      [long]: 'second',
      [`${long}.bak`]: 'third',
      'pack/b.txt': 'x'.repeat(5000),
    });
  });

  it('goes on after a file that was read in part or not at all', async () => {
    const archive = toTar(tarEntry('a', 'x'.repeat(5000)), tarEntry('b', 'y'.repeat(700)), tarEntry('c', 'z'));
    const seen: string[] = [];
    for await (const { path, content } of readTar(toContent(archive), 1e9)) {
      seen.push(path);
      if (path === 'a') for await (const _ of content) break;
    }
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('that is cut, changed, no archive or too large is refused, never read for ever', async () => {
    const archive = toTar(tarEntry('a', 'x'.repeat(5000)));
    const broken = expect.objectContaining({ code: 'skill_pack.fetch_failed' });
    await expect(readAll(archive.subarray(0, 3000))).rejects.toThrow(broken);
    await expect(readAll(archive.subarray(0, 300))).rejects.toThrow(broken);
    await expect(readAll(Buffer.alloc(2048, 'not a tar'))).rejects.toThrow(broken);
    await expect(readAll(archive, 4000)).rejects.toThrow(broken);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        await readAll(Buffer.from(bytes)).catch((error) => expect(error).toEqual(broken));
      }),
    );
  });
});

describe('203: the skills of a pack', () => {
  it('are those of the index at its root, as a list or by name', async () => {
    const entries = [
      {
        name: ' Deploy ',
        path: './skills/deploy/',
        description: 'Ships it',
        category: 'ops',
        risk: 'high',
        source: 'core',
      },
      { id: 'x', path: 'skills/a b/SKILL.md', source_url: 'https://other.example/x' },
      { name: 'Elsewhere', source_url: 'https://other.example/skill' },
      { name: 'Nowhere' },
      { name: 'Out', path: '../../etc' },
      'text',
    ];
    for (const index of [entries, { version: 1, skills: entries }]) {
      const { skills, warnings } = await discover({
        'skills/ignored/SKILL.md': '# Ignored',
        'skills_index.json': JSON.stringify(index),
        'other/skills_index.json': '[{"path": "no"}]',
      });
      expect(skills).toEqual([
        expect.objectContaining({
          name: 'a b',
          source_url: url('/skills/a%20b'),
          source: 'https://github.com/acme/skills',
        }),
        {
          name: 'Deploy',
          description: 'Ships it',
          category: 'ops',
          risk: 'high',
          source: 'core',
          source_url: url('/skills/deploy'),
          metadata: {
            discovery_mode: 'skills_index',
            pack_branch: 'main',
            source_url: 'https://github.com/acme/skills',
            resolved_path: 'skills/deploy',
            skill_dir: 'deploy',
          },
        },
        expect.objectContaining({ name: 'Elsewhere', source_url: 'https://other.example/skill' }),
      ]);
      expect(warnings).toHaveLength(2);
    }
  });

  it('are else every SKILL.md outside of dot folders, the root included', async () => {
    const { skills, warnings } = await discover({
      'SKILL.md': '---\nname: "Root: one"\ndescription: >-\n  Folded\n  text\nother: x\n---\n# Not this\n',
      'tools/lint/SKILL.md': '\n# Lint code\n\nFinds **mistakes** early.\n',
      'tools/bare/SKILL.md': '',
      '.github/SKILL.md': '# Hidden',
      'tools/.draft/SKILL.md': '# Hidden',
      'tools/lint/notes/skill.txt': '# No skill',
    });
    expect(skills.map(({ name, description, source_url }) => [name, description, source_url])).toEqual([
      ['Root: one', 'Folded text', url('')],
      ['bare', null, url('/tools/bare')],
      ['Lint code', 'Finds **mistakes** early.', url('/tools/lint')],
    ]);
    expect(skills[0]?.metadata).toMatchObject({ discovery_mode: 'skills_md', resolved_path: '', pack_branch: 'main' });
    expect(warnings).toEqual([]);
  });

  it('are found in folders when the index is broken, with a warning', async () => {
    const { skills, warnings } = await discover({ 'skills_index.json': '[{"name": "x"', 'a/SKILL.md': '# A' });
    expect(skills.map(({ name }) => name)).toEqual(['A']);
    expect(warnings).toEqual([expect.stringContaining('skills_index.json')]);
    expect((await discover({ 'README.md': 'x' })).warnings).toEqual(['No skills were found.']);
  });

  it('can be stored whatever stands in them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string(), async (text, path) => {
        const { skills } = await discover({
          'skills_index.json': JSON.stringify([{ name: text, path, description: text, risk: '\ud800\0' }]),
          'a/SKILL.md': `---\nname: ${text}\n---\n${text}`,
        });
        for (const skill of skills) {
          expect(JSON.stringify(skill)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
          expect(skill.name.length).toBeGreaterThan(0);
          expect(skill.source_url.length).toBeLessThan(2000);
        }
      }),
    );
  });

  it('are read from an index of 50 MB in little memory', () => {
    const discoverPath = fileURLToPath(new URL('./discover.ts', import.meta.url));
    const program = `
      import { discoverSkills } from ${JSON.stringify(discoverPath)};
      async function* content() {
        yield Buffer.from('[');
        for (let bytes = 0, i = 0; bytes < 50e6; i++) {
          const item = Buffer.from(JSON.stringify({ name: 's' + i, path: 'skills/' + i, description: 'd'.repeat(900) }) + ',');
          bytes += item.length;
          yield item;
        }
        yield Buffer.from('{"path":"last"}]');
      }
      async function* files() { yield { path: 'skills_index.json', content: content() }; }
      const { skills, warnings } = await discoverSkills(files(), { owner: 'o', repo: 'r', branch: 'main' });
      console.log(skills.length, warnings.length);`;
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--max-old-space-size=96', '--import', 'tsx', '--input-type=module', '-e', program],
      { encoding: 'utf8', timeout: 60_000 },
    );
    expect([status, stdout.trim(), stderr]).toEqual([0, '20000 1', '']);
  }, 60_000);
});

describe('a pack', () => {
  let github: Server;
  let archives: string;
  let mirrorDir: string;
  const asked: string[] = [];
  const archive = gzipSync(
    toTar(tarEntry('skills-main/a/SKILL.md', '# From GitHub'), tarEntry('skills-main/README.md', 'x')),
  );

  beforeAll(async () => {
    github = createServer((incoming, answer) => {
      asked.push(incoming.url ?? '');
      if (incoming.url === '/acme/skills/tar.gz/refs/heads/main') return void answer.end(archive);
      if (incoming.url === '/acme/skills/tar.gz/HEAD') return void answer.end(archive);
      if (incoming.url?.startsWith('/acme/broken/')) return void answer.end('no archive');
      if (incoming.url?.startsWith('/acme/busy/')) return void answer.writeHead(503).end();
      answer.writeHead(404).end();
    });
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
    archives = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
    mirrorDir = mkdtempSync(join(tmpdir(), 'mc-mirror-'));
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(mirrorDir, path)), { recursive: true });
      writeFileSync(join(mirrorDir, path), text);
    };
    write('skills/acme/mirrored/a/SKILL.md', '# From the mirror');
    write('secret/SKILL.md', '# Secret');
    symlinkSync(join(mirrorDir, 'secret'), join(mirrorDir, 'skills/acme/mirrored/link'));
    symlinkSync(join(mirrorDir, 'secret/SKILL.md'), join(mirrorDir, 'skills/acme/mirrored/SKILL.md'));
  });
  afterAll(() => {
    github.close();
    rmSync(mirrorDir, { recursive: true });
  });

  const read = async (repo: string, branch = 'main', env: Record<string, string> = {}) => {
    const reach = { config: loadConfig({ ALLOW_PRIVATE_TARGETS: 'true', MC_MIRROR_DIR: mirrorDir, ...env }) };
    const opened = await openPack(reach, { owner: 'acme', repo, branch }, archives);
    try {
      const { skills } = await discoverSkills(opened.files, { owner: 'acme', repo, branch: opened.branch });
      return { names: skills.map(({ name }) => name), branch: opened.branch, warnings: opened.warnings };
    } finally {
      await opened.close();
    }
  };

  it('comes from the mirror when it is there, and links in it are not followed', async () => {
    const before = asked.length;
    expect(await read('mirrored')).toEqual({ names: ['From the mirror'], branch: 'main', warnings: [] });
    expect(asked).toHaveLength(before);
  });

  it('comes else as an archive of the branch, or of the default branch with a warning', async () => {
    expect(await read('skills')).toEqual({ names: ['From GitHub'], branch: 'main', warnings: [] });
    expect(await read('skills', 'gone')).toMatchObject({
      names: ['From GitHub'],
      branch: 'HEAD',
      warnings: [expect.stringContaining('gone')],
    });
  });

  it('that cannot be had ends with skill_pack.fetch_failed', async () => {
    const failed = expect.objectContaining({ code: 'skill_pack.fetch_failed', status: 502, isRetryable: false });
    for (const repo of ['absent', 'broken', 'busy']) await expect(read(repo)).rejects.toThrow(failed);
    await expect(read('skills', 'main', { ALLOW_PRIVATE_TARGETS: 'false' })).rejects.toThrow(failed);
  });
});
