-- What must never be true of the database. One row per fault; no row means that all is as it must be.
with outside(name) as (select unnest(%(outside)s::text[])),
 mine as (select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relacl, c.relowner, c.relispartition, c.reloptions
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'django_migrations' and c.relname !~ '^procrastinate_'),
 t as (select * from mine where relname not in (select name from outside)),
 key as (select a.attrelid, a.attnum, a.attnotnull from pg_attribute a where a.attname = 'customer_id' and not a.attisdropped),
 expr(x) as (values ('(customer_id = ( SELECT ht.customer() AS customer))')),
 append_only(name) as (select unnest(%(append_only)s::text[]))
select 'no customer_id that is not null', t.relname from t left join key k on k.attrelid = t.oid where not coalesce(k.attnotnull, false)
union all select 'row-level security is off', relname from t where not relrowsecurity
union all select 'row-level security is not forced', relname from t where not relforcerowsecurity
union all select 'key without customer_id first', t.relname from t join pg_index i on i.indrelid = t.oid join key k on k.attrelid = t.oid
   where i.indkey[0] <> k.attnum and (i.indisunique or i.indisprimary)
union all select 'no primary key', t.relname from t where not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)
union all select 'foreign key crosses customers', t.relname from t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
   join key k on k.attrelid = t.oid left join key r on r.attrelid = f.confrelid
   where (r.attnum is null and f.confrelid <> 'kernel_customer'::regclass) or (r.attnum is not null and (f.conkey[1] <> k.attnum or f.confkey[1] <> r.attnum))
union all select 'foreign key not validated', t.relname from t join pg_constraint f on f.conrelid = t.oid where f.contype = 'f' and not f.convalidated
union all select 'reference without foreign key', t.relname || '.' || a.attname from t join pg_attribute a on a.attrelid = t.oid
   where a.attname ~ '_id$' and a.atttypid = 'uuid'::regtype and not a.attisdropped and t.relname !~ '^kernel_(event|leaf$|node$|checkpoint$)'
     and not exists (select from pg_constraint f where f.conrelid = t.oid and f.contype = 'f' and a.attnum = any(f.conkey))
union all select 'policy missing', t.relname from t where not exists (select from pg_policy p, expr where p.polrelid = t.oid
   and p.polroles = array['heretask_app'::regrole::oid] and p.polcmd = '*' and p.polpermissive
   and pg_get_expr(p.polqual, t.oid) = x and pg_get_expr(p.polwithcheck, t.oid) = x)
union all select 'policy of the owner missing', t.relname from t where not exists (select from pg_policy p, expr where p.polrelid = t.oid
   and p.polroles = array['heretask_owner'::regrole::oid] and p.polcmd = '*' and pg_get_expr(p.polqual, t.oid) = x and pg_get_expr(p.polwithcheck, t.oid) = x)
union all select 'policy of an unlisted role', t.relname || ' for ' || r.role::regrole::text from t join pg_policy p on p.polrelid = t.oid
   cross join lateral unnest(p.polroles) r(role)
   where r.role = 0 or (r.role::regrole::text not in ('heretask_app', 'heretask_owner')
     and t.relname || ' ' || r.role::regrole::text <> all (%(policies)s::text[]) and t.relname !~ '^kernel_event')
union all select 'more than one policy for the web', t.relname from t join pg_policy p on p.polrelid = t.oid
   where 'heretask_app'::regrole::oid = any(p.polroles) group by t.relname having count(*) > 1
union all select 'grant too wide', m.relname || ': ' || a.privilege_type || ' to ' || case when a.grantee = 0 then 'public' else a.grantee::regrole::text end
   from mine m cross join lateral aclexplode(m.relacl) a
   where a.grantee <> m.relowner and (a.grantee = 0 or a.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN') or a.is_grantable
     or (m.relname in (select name from append_only) and a.privilege_type in ('UPDATE', 'DELETE') and a.grantee::regrole::text = 'heretask_app')
     or (m.relname ~ '^kernel_event' and a.privilege_type in ('UPDATE', 'DELETE')
       and not (m.relname = 'kernel_event' and a.privilege_type = 'DELETE' and a.grantee::regrole::text = 'ht_keeper')))
union all select 'the web may read what is the gate''s', m.relname from mine m cross join lateral aclexplode(m.relacl) a
   where m.relname = any(%(gate)s::text[]) and a.grantee = 'heretask_app'::regrole
union all select 'the web may read an index of words', m.relname || '.' || a.attname from mine m join pg_attribute a on a.attrelid = m.oid
   where m.relname = any(%(indexes)s::text[]) and a.attnum > 0 and not a.attisdropped and has_column_privilege('heretask_app', m.oid, a.attnum, 'SELECT')
union all select 'the web may write into the queue', c.relname from pg_class c cross join lateral aclexplode(c.relacl) a
   where c.relname ~ '^procrastinate_' and a.grantee in (0, 'heretask_app'::regrole)
union all select 'append-only without trigger', t.relname from t where (t.relname in (select name from append_only) or t.relname ~ '^kernel_event')
   and (select count(*) from pg_trigger g where g.tgrelid = t.oid and g.tgname like 'append_only%%' and g.tgenabled in ('O', 'A')) < 2
union all select 'wrong owner', m.relname from mine m where m.relowner <> 'heretask_owner'::regrole
union all select 'view that sees with its owner''s eyes', c.relname from pg_class c where c.relnamespace = 'public'::regnamespace
   and c.relkind in ('v', 'm') and not coalesce('security_invoker=true' = any(c.reloptions), false)
union all select 'definer without fixed search_path', p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'ht'::regnamespace
   and p.prosecdef and not exists (select from unnest(p.proconfig) o where o like 'search_path=%%')
union all select 'function open to everybody', p.oid::regprocedure::text from pg_proc p where p.pronamespace in ('ht'::regnamespace, 'public'::regnamespace)
   and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))
union all select 'role too strong', r.rolname from pg_roles r where r.rolname ~ '^(heretask_|ht_)' and r.rolname <> 'ht_super'
   and (r.rolsuper or (r.rolbypassrls and r.rolname <> all (%(bypass)s::text[])) or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
union all select 'the backup may do more than read', c.relname || ': ' || a.privilege_type from pg_class c cross join lateral aclexplode(c.relacl) a
   where c.relnamespace in ('public'::regnamespace, 'ht'::regnamespace) and a.grantee::regrole::text = any (%(bypass)s::text[]) and a.privilege_type <> 'SELECT'
union all select 'the backup may call a function', p.oid::regprocedure::text from pg_proc p cross join lateral aclexplode(p.proacl) a
   where p.pronamespace in ('public'::regnamespace, 'ht'::regnamespace) and a.grantee::regrole::text = any (%(bypass)s::text[])
union all select 'the backup cannot read', c.relname from pg_class c where c.relnamespace in ('public'::regnamespace, 'ht'::regnamespace)
   and ((c.relkind in ('r', 'p') and not has_table_privilege('heretask_backup', c.oid, 'SELECT'))
     or (c.relkind = 'S' and not has_sequence_privilege('heretask_backup', c.oid, 'SELECT')))
union all select 'role may become another', m.member::regrole::text || ' -> ' || m.roleid::regrole::text from pg_auth_members m
   where m.member::regrole::text ~ '^heretask_' and m.member <> 'heretask_owner'::regrole
union all select 'the web may create', n.nspname from pg_namespace n where n.nspname in ('public', 'ht') and has_schema_privilege('heretask_app', n.oid, 'CREATE')
union all select 'the web may make temporary tables', current_database() where has_database_privilege('heretask_app', current_database(), 'TEMP')
union all select 'one connection may read another''s text', 'pg_stat_activity' where has_table_privilege('heretask_app', 'pg_stat_activity', 'SELECT')
