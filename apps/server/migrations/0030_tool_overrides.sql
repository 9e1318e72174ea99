-- What a person says of a tool that an agent declares, over the declaration and for its later versions too.
create table agent_tool_overrides (
  org_id uuid not null,
  agent_id uuid not null,
  tool text not null check (char_length(tool) between 1 and 128),
  side_effect text check (side_effect in ('pure', 'read', 'idempotent_write', 'non_idempotent')),
  -- {read, write}: the stores that it touches.
  data jsonb,
  -- It counts as not declared.
  is_denied boolean not null default false,
  reason text not null check (char_length(reason) <= 500),
  -- Of the arguments as they were declared then: it is suspended when they change.
  schema_hash text,
  set_by jsonb not null,
  set_at timestamptz not null,
  primary key (org_id, agent_id, tool),
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);

-- What a declared tool's arguments are, in a word; null where they are not declared.
create function tool_schema_hash(tool jsonb) returns text language sql immutable parallel safe as $$
  select coalesce(tool ->> 'schema_hash', md5((tool -> 'schema')::text))
$$;

-- The tools of a manifest as they count: with what people say of them. A suspended override only makes them stricter.
create function tools_in_force(org uuid, agent uuid, tools jsonb) returns jsonb language sql stable parallel safe as $$
  select case when not exists (select from agent_tool_overrides where org_id = org and agent_id = agent) then tools
  else (
    select coalesce(jsonb_agg(
      case
        when o.tool is null then t.tool
        when o.schema_hash is not distinct from tool_schema_hash(t.tool) then
          t.tool || jsonb_strip_nulls(jsonb_build_object('side_effect', o.side_effect, 'data', o.data))
        when array_position(c.classes, o.side_effect) > coalesce(array_position(c.classes, t.tool ->> 'side_effect'), 4) then
          t.tool || jsonb_build_object('side_effect', o.side_effect)
        else t.tool
      end order by t.place), '[]')
    from jsonb_array_elements(tools) with ordinality t (tool, place)
      cross join (values (array['pure', 'read', 'idempotent_write', 'non_idempotent'])) c (classes)
      left join agent_tool_overrides o on o.org_id = org and o.agent_id = agent and o.tool = t.tool ->> 'name'
    where o.is_denied is distinct from true)
  end
$$;
