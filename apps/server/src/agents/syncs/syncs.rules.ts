interface Candidate {
  id: string;
  kind: string;
  board_id: string | null;
  adopted: boolean;
  paused_at: string | null;
  control_state: string;
}

interface Wanted {
  include_main: boolean;
  lead_only: boolean;
  board_id?: string | undefined;
}

/** Which agents a sync takes, in their order, and how many it leaves out: paused ones, and adopted ones. */
export function selectAgents(agents: Candidate[], wanted: Wanted): { ids: string[]; skipped: number } {
  const meant = agents.filter(({ kind, board_id }) => {
    if (kind === 'main') return wanted.include_main;
    return (!wanted.lead_only || kind === 'lead') && (wanted.board_id === undefined || wanted.board_id === board_id);
  });
  const taken = meant.filter(
    ({ adopted, paused_at, control_state }) => !adopted && paused_at === null && control_state !== 'paused',
  );
  return { ids: taken.map(({ id }) => id), skipped: meant.length - taken.length };
}
