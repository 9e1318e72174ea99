-- Calls between agents are sums like any others: rows of rollup_1m and rollup_1h with dim = 'edge', agent_id the caller and
-- dim_value the id of the callee; n counts its runs, retries their tries again. These find them without the other dimensions.
create index rollup_1m_edges on rollup_1m (org_id, t) where dim = 'edge';
create index rollup_1h_edges on rollup_1h (org_id, t) where dim = 'edge';

-- What outlives the sums of an edge: who declared it by hand, since when it is seen, and what is usual on it.
create table graph_edges (
  org_id uuid not null,
  from_agent_id uuid not null,
  to_agent_id uuid not null,
  -- Who declared it by hand; null for one that was only seen.
  declared_by jsonb,
  declared_at timestamptz,
  note text check (char_length(note) <= 500),
  first_seen_at timestamptz,
  -- To the minute.
  last_seen_at timestamptz,
  -- Of the last day but the last hour: attempts per call, and the 95th percentile of a call.
  base_attempts double precision,
  base_p95_ms double precision,
  primary key (org_id, from_agent_id, to_agent_id),
  foreign key (org_id, from_agent_id) references agents (org_id, id) on delete cascade,
  foreign key (org_id, to_agent_id) references agents (org_id, id) on delete cascade
);
create index graph_edges_to on graph_edges (org_id, to_agent_id);
