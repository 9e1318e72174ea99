import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AgentDetail, AgentFigures } from '#console/api/contract.ts';
import { agentQuery } from '#console/api/queries/fleet/agents.ts';
import { overviewQuery } from '#console/api/queries/fleet/telemetry.ts';
import {
  formatCompact,
  formatCostUsd,
  formatCount,
  formatDurationUs,
  formatShare,
  NONE,
} from '#console/lib/format/numbers.ts';
import { Sparkline } from '#console/ui/chart/sparkline.tsx';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts, Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { controlLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { toHolderName } from '../control/holds.ts';
import { DeclaredTools, OpenViolations } from './agent-notes.tsx';
import { HealthReasons } from './health-reasons.tsx';

const route = getRouteApi('/frame/agents/$agentId/');

const TIERS = ['Observed', 'Can be blocked', 'Can be replayed'];

/** What the agent did in the last hour, why it is as it is, and who it is. */
export function AgentOverview() {
  const { agentId } = route.useParams();
  const { data: agent } = useQuery(agentQuery(agentId));
  const overview = useQuery(overviewQuery);
  if (!agent) return null;
  const figures = overview.data?.agents.find((row) => row.agent_id === agentId);
  return (
    <div className="grid gap-4 px-4 py-4 sm:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="grid content-start gap-4">
        <Section title="Last hour">
          <Figures agent={agent} figures={figures} />
        </Section>
        {(agent.health_reasons.length > 0 || agent.holds.length > 0) && (
          <Section title="Why it is so">
            <Panel>
              <HealthReasons reasons={agent.health_reasons} />
              <Holds agent={agent} />
            </Panel>
          </Section>
        )}
        <OpenViolations agentId={agentId} />
        <DeclaredTools agent={agent} />
        {agent.description && (
          <Section title="Description">
            <p className="max-w-2xl whitespace-pre-wrap text-fg-2">
              <ForeignText text={agent.description} />
            </p>
          </Section>
        )}
      </div>
      <Section title="Identity">
        <Panel className="p-4">
          <Facts facts={identityFacts(agent)} />
        </Panel>
      </Section>
    </div>
  );
}

function Figures({ agent, figures }: { agent: AgentDetail; figures: AgentFigures | undefined }) {
  const sla = agent.latency_sla_ms === null ? undefined : `SLA ${formatDurationUs(agent.latency_sla_ms * 1_000)}`;
  return (
    <div className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-line md:grid-cols-3">
      <Figure name="Active runs" value={formatCount(figures?.active_runs ?? 0)} />
      <Figure
        name="Runs per minute"
        value={figures ? String(Math.round(figures.runs_per_min * 10) / 10) : '0'}
        points={figures?.runs_points}
      />
      <Figure name="Failed runs" value={figures?.error_rate == null ? NONE : formatShare(figures.error_rate)} />
      <Figure
        name="p95 duration"
        value={figures?.p95_ms == null ? NONE : formatDurationUs(figures.p95_ms * 1_000)}
        note={sla}
      />
      <Figure name="Tokens per hour" value={formatCompact(Math.round(figures?.tokens_per_h ?? 0))} />
      <Figure
        name="Cost today"
        value={figures ? formatCostUsd(figures.cost_today_usd, figures.unpriced_tokens_today) : NONE}
      />
    </div>
  );
}

interface FigureProps {
  name: string;
  value: string;
  note?: string | undefined;
  points?: readonly number[] | undefined;
}

function Figure({ name, value, note, points }: FigureProps) {
  return (
    <div className="relative min-w-0 bg-surface px-4 py-3">
      <p className="text-sm text-fg-3">{name}</p>
      <p className="num flex items-baseline gap-2 text-2xl font-semibold tracking-[-0.02em]">
        {value}
        {note && <span className="text-sm font-normal tracking-normal text-fg-3">{note}</span>}
      </p>
      {points && (
        <Sparkline
          points={points}
          label={`${name} over the last hour`}
          className="absolute right-4 bottom-3 hidden h-7 w-24 text-accent sm:block"
        />
      )}
    </div>
  );
}

function Holds({ agent }: { agent: AgentDetail }) {
  return agent.holds.map((hold) => (
    <div key={hold.holder} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2.5 last:border-b-0">
      <MarkedWord look={controlLooks.paused} />
      <span className="min-w-0 flex-1 break-words text-fg-2">
        <ForeignText text={hold.reason} />
      </span>
      <span className="text-sm text-fg-3">
        held by {toHolderName(hold)} · <Ago at={hold.at} />
      </span>
    </div>
  ));
}

function identityFacts(agent: AgentDetail): (readonly [string, ReactNode])[] {
  const labels = Object.entries(agent.labels);
  return [
    ['Id', <Identifier key="id" id={agent.id} />],
    [
      'Slug',
      <span key="slug" className="font-mono text-sm">
        {agent.slug}
      </span>,
    ],
    ['Type', <ForeignText key="type" text={agent.agent_type} />],
    ['Origin', agent.origin],
    ['Framework', [agent.framework, agent.framework_version].filter(Boolean).join(' ') || NONE],
    [
      'Tier',
      <span key="tier" title="The highest proved by traffic">
        {agent.tier} · {TIERS[agent.tier]}
      </span>,
    ],
    ['Version', agent.active_version_number === null ? NONE : <VersionLink key="version" agent={agent} />],
    [
      'Undeclared calls',
      agent.enforce_capabilities === 'enforce'
        ? 'blocked'
        : agent.enforce_capabilities === 'monitor'
          ? 'recorded only'
          : 'not checked',
    ],
    ['If we are away', agent.fail_mode.replaceAll('_', ' ')],
    ['Parents', agent.parents.length === 0 ? NONE : <Parents key="parents" agent={agent} />],
    ['Labels', labels.length === 0 ? NONE : <Labels key="labels" labels={labels} />],
    ['Enrolled', <Ago key="created" at={agent.created_at} />],
  ];
}

function VersionLink({ agent }: { agent: AgentDetail }) {
  return (
    <Link
      to="/agents/$agentId/versions"
      params={{ agentId: agent.id }}
      search={{}}
      className="num text-accent hover:underline"
    >
      {agent.active_version_number}
      {agent.active_version?.label && ` · ${agent.active_version.label}`}
    </Link>
  );
}

function Parents({ agent }: { agent: AgentDetail }) {
  return (
    <span className="flex flex-wrap gap-x-2">
      {agent.parents.map(({ slug, agent_id }) =>
        agent_id === null ? (
          <span key={slug} title="Not enrolled yet" className="text-fg-3">
            {slug}
          </span>
        ) : (
          <Link key={slug} to="/agents/$agentId" params={{ agentId: agent_id }} className="text-accent hover:underline">
            {slug}
          </Link>
        ),
      )}
    </span>
  );
}

function Labels({ labels }: { labels: [string, string][] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {labels.map(([name, value]) => (
        <Badge key={name}>
          {name}: {value}
        </Badge>
      ))}
    </span>
  );
}
