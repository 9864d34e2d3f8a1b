import { sql } from 'kysely';
import type { Database } from './tables.ts';

/**
 * The schema as the database itself tells it: every table with its columns, then its keys and indexes, sorted by name. A copy is kept
 * in schema.sql, so that a change of the schema is seen where it is reviewed.
 */
export async function describeSchema(db: Database): Promise<string> {
  const columns = await sql<{ table: string; column: string; type: string; required: boolean; default: string | null }>`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod)
        || case when a.attcollation <> t.typcollation then ' collate ' || quote_ident(o.collname) else '' end as type,
      a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as default
    from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_collation o on o.oid = a.attcollation
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relkind = 'r' and c.relname not like 'kysely%'
    order by c.relname collate "C", a.attnum`.execute(db);
  const indexes = await sql<{ table: string; definition: string }>`
    select tablename as table, replace(indexdef, ' public.', ' ') as definition from pg_indexes
    where schemaname = 'public' and tablename not like 'kysely%'
    order by tablename collate "C", indexname collate "C"`.execute(db);
  const byTable = Map.groupBy(columns.rows, ({ table }) => table);
  const tables = [...byTable].map(([table, rows]) => {
    const lines = rows.map(({ column, type, required, default: value }) => {
      return `  ${column} ${type}${required ? ' not null' : ''}${value === null ? '' : ` default ${value}`}`;
    });
    const keys = indexes.rows.filter((index) => index.table === table).map(({ definition }) => `${definition};`);
    return [`create table ${table} (`, lines.join(',\n'), ');', ...keys].join('\n');
  });
  return `${tables.join('\n\n')}\n`;
}
