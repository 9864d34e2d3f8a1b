-- Rows as the build with the schema 001-start wrote them: one link that is quiet, one that waits after a fault, one that is held, one in flight.
insert into claim (workspace, key, link)
values ('main', 'support/organization/name=sent', 'link-4');
insert into drawer (workspace, drawer, name, value)
values ('main', 'meta', 'kept', 'since version 001');
insert into feed (workspace, connection, object, cursor, complete, fields, read_at, lease, lease_until)
values ('main', 'sales', 'Account', 'page 2', 'true', '["Name"]', '1', 'reader', '1000');
insert into history (workspace, at, id, run, sync, link, side, record, outcome, body)
values ('main', '3', 'row-1', 'run', 'accounts', 'link-3', 'crm', '3', 'refused: no', '{"do": "update", "cause": "edit", "fields": {"name": {"rule": "Name → name", "after": "Acme", "before": null}}}');
insert into hold (workspace, id, link, why, since, body)
values ('main', 'hold-3', 'link-3', 'ambiguous', '10', '{"id": "hold-3", "why": "ambiguous", "link": "link-3", "sync": "accounts", "field": "Name → name", "since": 10, "tries": 0, "wakes": ["support/organization/name=held"], "values": {"crm": "A", "base": "C", "desk": "B"}, "message": "Account Acme: Name was changed on both sides.", "candidates": [], "vendorCode": null}');
insert into intent (workspace, id, link, connection, object, mark, creates, at, state, job, again_at, body, lease, lease_until)
values ('main', 'intent-4', 'link-4', 'support', 'organization', 'mark-intent-4', 'true', '10', 'open', null, '60000', '{"at": 10, "id": "intent-4", "job": null, "run": "run", "link": "link-4", "side": "desk", "sync": "accounts", "turn": 1, "again": false, "asked": false, "batch": "batch", "cause": "create", "place": 0, "state": "open", "tries": 0, "agreed": {"crm": {}, "desk": {}, "rules": {}}, "before": {}, "againAt": 60000, "operation": {"do": "create", "link": "link-4", "mark": "mark-intent-4", "fields": {"name": "Acme"}, "object": "organization"}, "connection": "support"}', null, '0');
insert into link (workspace, id, sync, pair, crm_id, desk_id, crm, desk, whole, lane, due_at, due_since, turn, cause, lease, lease_until, taken_at, in_flight, creates, tries, fault, fault_since, ask_vendor, answers, paused)
values ('main', 'link-1', 'accounts', 'sales/Account|support/organization', '1', '7', '{"id": "1", "base": {}, "rules": {}, "movedAt": {}, "version": null}', '{"id": "7", "base": {}, "rules": {}, "movedAt": {}, "version": null}', 'true', null, '1', '1', '1', 'edit', null, '0', '0', '0', '0', '0', null, '0', 'false', '{}', 'false');
insert into link (workspace, id, sync, pair, crm_id, desk_id, crm, desk, whole, lane, due_at, due_since, turn, cause, lease, lease_until, taken_at, in_flight, creates, tries, fault, fault_since, ask_vendor, answers, paused)
values ('main', 'link-2', 'accounts', 'sales/Account|support/organization', '2', null, '{"id": "2", "base": {}, "rules": {}, "movedAt": {}, "version": null}', null, 'false', 'load', '50', '1', '1', 'edit', null, '1002', '2', '0', '0', '1', '{"say": "busy", "kind": "later"}', '3', 'false', '{}', 'false');
insert into link (workspace, id, sync, pair, crm_id, desk_id, crm, desk, whole, lane, due_at, due_since, turn, cause, lease, lease_until, taken_at, in_flight, creates, tries, fault, fault_since, ask_vendor, answers, paused)
values ('main', 'link-3', 'accounts', 'sales/Account|support/organization', '3', null, '{"id": "3", "base": {}, "rules": {}, "movedAt": {}, "version": null}', null, 'false', null, '1', '1', '1', 'edit', null, '1002', '2', '0', '0', '0', null, '0', 'false', '{}', 'false');
insert into link (workspace, id, sync, pair, crm_id, desk_id, crm, desk, whole, lane, due_at, due_since, turn, cause, lease, lease_until, taken_at, in_flight, creates, tries, fault, fault_since, ask_vendor, answers, paused)
values ('main', 'link-4', 'accounts', 'sales/Account|support/organization', '4', null, '{"id": "4", "base": {}, "rules": {}, "movedAt": {}, "version": null}', null, 'true', 'live', '1', '1', '1', 'edit', null, '1002', '2', '1', '1', '0', null, '0', 'false', '{}', 'false');
insert into lost_key (workspace, key, at)
values ('main', 'sales/Account/Name=acme', '5');
insert into match_key (workspace, key, record, at)
values ('main', 'sales/Account/Name=held', '3', '1');
insert into match_key (workspace, key, record, at)
values ('main', 'sales/Account/Name=new', '2', '5');
insert into match_key (workspace, key, record, at)
values ('main', 'sales/Account/Name=sent', '4', '1');
insert into paused (workspace, kind, name)
values ('main', 'sync', 'partners');
insert into sighting (workspace, connection, object, id, version, at, author, seen, keys)
values ('main', 'sales', 'Account', '1', 'v-1', '1000', 'somebody', '{"Name": "name of 1"}', '[]');
insert into sighting (workspace, connection, object, id, version, at, author, seen, keys)
values ('main', 'sales', 'Account', '2', 'v-2', '1000', 'somebody', '{"Name": "new"}', '["sales/Account/Name=new"]');
insert into sighting (workspace, connection, object, id, version, at, author, seen, keys)
values ('main', 'sales', 'Account', '3', 'v-3', '1000', 'somebody', '{"Name": "name of 3"}', '["sales/Account/Name=held"]');
insert into sighting (workspace, connection, object, id, version, at, author, seen, keys)
values ('main', 'sales', 'Account', '4', 'v-4', '1000', 'somebody', '{"Name": "name of 4"}', '["sales/Account/Name=sent"]');
insert into sighting (workspace, connection, object, id, version, at, author, seen, keys)
values ('main', 'support', 'organization', '7', 'v-7', '1000', 'somebody', '{"name": "name of 7"}', '[]');
insert into sighting (workspace, connection, object, id, version, at, author, seen, keys)
values ('main', 'support', 'organization', '9', 'v-9', '1000', 'somebody', '{"gone": "trash"}', '[]');
insert into track (workspace, sync, pair, crm_connection, crm_object, desk_connection, desk_object)
values ('main', 'accounts', 'sales/Account|support/organization', 'sales', 'Account', 'support', 'organization');
insert into wake (workspace, key, hold, link)
values ('main', 'support/organization/name=held', 'hold-3', 'link-3');
