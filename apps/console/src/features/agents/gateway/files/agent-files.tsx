import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Agent, AgentFile } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentFilesQuery } from '#console/api/queries/fleet/agents.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';
import { FileDialog } from './file-dialog.tsx';

const WRITTEN: StateLook = { tone: 'ok', shape: 'dot', word: 'On the gateway' };
const FOUND: StateLook = { tone: 'warn', shape: 'half', word: 'Changed by somebody' };
const OPEN: StateLook = { tone: 'warn', shape: 'half', word: 'To be written' };

/** What an agent reads in its workspace, as far as it is ours, with hashes and versions. */
export function AgentFiles({ agent }: { agent: Agent }) {
  const list = useQuery(agentFilesQuery(agent.id));
  const [openName, setOpenName] = useState<string>();
  const files = list.data ?? [];
  return (
    <Section title="Files">
      <Panel>
        {list.isPending && <SkeletonRows rows={3} />}
        {list.isError && !list.data && (
          <Failed
            what="The files could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
            isCompact
          />
        )}
        {list.isSuccess && files.length === 0 && <p className="px-4 py-3 text-fg-3">Nothing is written yet.</p>}
        <ul>
          {files.map((file) => (
            <FileLine key={file.name} file={file} onOpen={() => setOpenName(file.name)} />
          ))}
        </ul>
      </Panel>
      <p className="mt-1.5 text-sm text-fg-3">Every 15 minutes they are compared with the gateway, and put right.</p>
      {openName !== undefined && <FileDialog agent={agent} name={openName} onClose={() => setOpenName(undefined)} />}
    </Section>
  );
}

function FileLine({ file, onOpen }: { file: AgentFile; onOpen: () => void }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-1.5 last:border-b-0">
      <span className="min-w-0 flex-1 basis-28 truncate font-mono text-sm">
        <ForeignText text={file.name} />
      </span>
      <MarkedWord look={file.undecided_version_no !== null ? FOUND : file.gateway_hash === null ? OPEN : WRITTEN} />
      <Identifier id={file.content_hash} />
      <Ago at={file.written_at ?? file.created_at} className="text-sm text-fg-3" />
      <Button isSmall tone="ghost" onClick={onOpen}>
        {plural(file.versions, 'version')}
      </Button>
    </li>
  );
}
