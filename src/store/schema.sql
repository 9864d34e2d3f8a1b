create table brake (
  workspace text not null,
  sync text not null,
  side text not null,
  kind text not null,
  state jsonb
);
CREATE UNIQUE INDEX brake_pkey ON brake USING btree (workspace, sync, side, kind);

create table braked_write (
  workspace text not null,
  sync text not null,
  side text not null,
  kind text not null,
  link text collate "C" not null,
  at bigint not null
);
CREATE INDEX braked_write_at ON braked_write USING btree (workspace, sync, side, kind, at);
CREATE UNIQUE INDEX braked_write_pkey ON braked_write USING btree (workspace, sync, side, kind, link);

create table claim (
  workspace text not null,
  key text collate "C" not null,
  link text collate "C" not null
);
CREATE INDEX claim_link ON claim USING btree (workspace, link);
CREATE UNIQUE INDEX claim_pkey ON claim USING btree (workspace, key);

create table drawer (
  workspace text not null,
  drawer text not null,
  name text not null,
  value text not null
);
CREATE UNIQUE INDEX drawer_pkey ON drawer USING btree (workspace, drawer, name);

create table feed (
  workspace text not null,
  connection text not null,
  object text not null,
  cursor text,
  complete boolean not null default false,
  fields jsonb not null default '[]'::jsonb,
  read_at bigint,
  lease text,
  lease_until bigint
);
CREATE UNIQUE INDEX feed_pkey ON feed USING btree (workspace, connection, object);

create table history (
  workspace text not null,
  at bigint not null,
  id text collate "C" not null,
  run text not null,
  sync text not null,
  link text collate "C" not null,
  side text not null,
  record text collate "C",
  outcome text not null,
  body jsonb not null
);
CREATE INDEX history_link ON history USING btree (workspace, link, at);
CREATE UNIQUE INDEX history_pkey ON history USING btree (workspace, at, id);
CREATE INDEX history_record ON history USING btree (workspace, record, at) WHERE (record IS NOT NULL);
CREATE INDEX history_run ON history USING btree (workspace, run, link);

create table hold (
  workspace text not null,
  id text collate "C" not null,
  link text collate "C" not null,
  why text not null,
  since bigint not null,
  body jsonb not null
);
CREATE INDEX hold_brake ON hold USING btree (workspace, link) WHERE (why = 'brake'::text);
CREATE INDEX hold_link ON hold USING btree (workspace, link);
CREATE UNIQUE INDEX hold_pkey ON hold USING btree (workspace, id);
CREATE INDEX hold_since ON hold USING btree (workspace, since, id);

create table intent (
  workspace text not null,
  id text collate "C" not null,
  link text collate "C" not null,
  connection text not null,
  object text not null,
  mark text,
  creates boolean not null,
  at bigint not null,
  state text not null,
  job text,
  again_at bigint not null,
  body jsonb not null,
  lease text,
  lease_until bigint not null default 0,
  sync text
);
CREATE INDEX intent_again ON intent USING btree (workspace, connection, again_at);
CREATE INDEX intent_mark ON intent USING btree (workspace, connection, object, mark) WHERE (mark IS NOT NULL);
CREATE UNIQUE INDEX intent_pkey ON intent USING btree (workspace, id);

create table link (
  workspace text not null,
  id text collate "C" not null,
  sync text not null,
  pair text not null,
  crm_id text collate "C",
  desk_id text collate "C",
  crm jsonb,
  desk jsonb,
  whole boolean not null default false,
  lane text,
  due_at bigint not null,
  due_since bigint not null,
  turn integer not null default 1,
  cause text not null,
  lease text,
  lease_until bigint not null default 0,
  taken_at bigint not null default 0,
  in_flight integer not null default 0,
  creates integer not null default 0,
  tries integer not null default 0,
  fault jsonb,
  fault_since bigint not null default 0,
  ask_vendor boolean not null default false,
  answers jsonb not null default '{}'::jsonb,
  paused boolean not null default false,
  joined_at bigint not null default 0
);
CREATE UNIQUE INDEX link_crm ON link USING btree (workspace, sync, crm_id) WHERE (crm_id IS NOT NULL);
CREATE UNIQUE INDEX link_desk ON link USING btree (workspace, sync, desk_id) WHERE (desk_id IS NOT NULL);
CREATE INDEX link_due ON link USING btree (workspace, sync, lane, due_at, id) WHERE ((lane IS NOT NULL) AND (in_flight = 0));
CREATE INDEX link_fault ON link USING btree (workspace, fault_since) WHERE (fault IS NOT NULL);
CREATE INDEX link_lease ON link USING btree (workspace, lease) WHERE (lease IS NOT NULL);
CREATE INDEX link_paused ON link USING btree (workspace, id) WHERE paused;
CREATE UNIQUE INDEX link_pkey ON link USING btree (workspace, id);
CREATE UNIQUE INDEX link_whole_crm ON link USING btree (workspace, pair, crm_id) WHERE (whole AND (crm_id IS NOT NULL));
CREATE UNIQUE INDEX link_whole_desk ON link USING btree (workspace, pair, desk_id) WHERE (whole AND (desk_id IS NOT NULL));

create table lost_key (
  workspace text not null,
  key text collate "C" not null,
  at bigint not null
);
CREATE UNIQUE INDEX lost_key_pkey ON lost_key USING btree (workspace, key);

create table match_key (
  workspace text not null,
  key text collate "C" not null,
  record text collate "C" not null,
  at bigint not null
);
CREATE UNIQUE INDEX match_key_pkey ON match_key USING btree (workspace, key, record);

create table paused (
  workspace text not null,
  kind text not null,
  name text not null
);
CREATE UNIQUE INDEX paused_pkey ON paused USING btree (workspace, kind, name);

create table sighting (
  workspace text not null,
  connection text not null,
  object text not null,
  id text collate "C" not null,
  version text,
  at bigint,
  author text,
  seen jsonb not null,
  keys jsonb not null default '[]'::jsonb,
  learned_at bigint not null default 0
);
CREATE UNIQUE INDEX sighting_pkey ON sighting USING btree (workspace, connection, object, id);

create table sweep_note (
  workspace text not null,
  sweep text collate "C" not null,
  list text not null,
  lowest text collate "C" not null,
  highest text collate "C" not null,
  ids text[] collate "C" not null
);
CREATE UNIQUE INDEX sweep_note_pkey ON sweep_note USING btree (workspace, sweep, list, lowest, highest);

create table tip (
  workspace text not null,
  connection text not null,
  object text not null,
  id text collate "C" not null,
  mark text not null,
  at bigint not null
);
CREATE UNIQUE INDEX tip_pkey ON tip USING btree (workspace, connection, object, id);

create table track (
  workspace text not null,
  sync text not null,
  pair text not null,
  crm_connection text not null,
  crm_object text not null,
  desk_connection text not null,
  desk_object text not null
);
CREATE UNIQUE INDEX track_pkey ON track USING btree (workspace, sync, pair);

create table wake (
  workspace text not null,
  key text collate "C" not null,
  hold text collate "C" not null,
  link text collate "C" not null
);
CREATE INDEX wake_link ON wake USING btree (workspace, link);
CREATE UNIQUE INDEX wake_pkey ON wake USING btree (workspace, key, hold);
