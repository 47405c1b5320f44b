-- Both managers gone: a code, 24 hours, everyone told. Made, asked with and finished at the server; stopped by a manager; each once.
create or replace function ht.guard_recovery() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := clock_timestamp(); w record;
begin
  if tg_op = 'DELETE' then raise exception 'kernel_recovery only ever grows' using errcode = '42501'; end if;
  if tg_op = 'INSERT' then
    if not ht.at_the_server() or num_nonnulls(new.replaced_at, new.asked_at, new.stopped_at, new.stopped_by_id, new.done_at) > 0 then
      raise exception 'a recovery code is made at the server' using errcode = '42501'; end if;
    new.made_at := moment;
    return new;
  end if;
  if (new.id, new.customer_id, new.code_hash, new.made_at) is distinct from (old.id, old.customer_id, old.code_hash, old.made_at)
     or num_nonnulls(old.replaced_at, old.stopped_at, old.done_at) > 0
     or (old.asked_at is not null and (new.asked_at, new.words) is distinct from (old.asked_at, old.words)) then
    raise exception 'nothing of a recovery changes after it was said' using errcode = '42501'; end if;
  if new.stopped_at is not null then
    select * into w from ht.whose(current_setting('ht.session', true));
    if w.kind <> 'person' or w.person is null or not ht.manages_now(old.customer_id, w.person) or old.asked_at is null then
      raise exception 'a manager stops it' using errcode = '42501'; end if;
    new.stopped_by_id := w.person; new.stopped_at := moment;
    if (new.replaced_at, new.asked_at, new.done_at) is distinct from (old.replaced_at, old.asked_at, old.done_at) then
      raise exception 'stopping is all that is done here' using errcode = '42501'; end if;
    return new;
  end if;
  if not ht.at_the_server() or new.stopped_by_id is not null then
    raise exception 'this is done at the server' using errcode = '42501'; end if;
  if new.replaced_at is not null then
    if old.asked_at is not null then raise exception 'it is under way' using errcode = '42501'; end if;
    new.replaced_at := moment; end if;
  if new.asked_at is not null and old.asked_at is null then new.asked_at := moment; new.done_at := null; end if;
  if new.done_at is not null then
    if old.asked_at is null or moment < old.asked_at + interval '24 hours' then
      raise exception 'its 24 hours are not over' using errcode = '42501'; end if;
    new.done_at := moment; end if;
  return new;
end $$;
drop trigger if exists append_only_row on kernel_recovery;
create trigger append_only_row before insert or update or delete on kernel_recovery for each row execute function ht.guard_recovery();
alter function ht.guard_recovery() owner to ht_board;
revoke execute on function ht.guard_recovery() from public;
grant update (replaced_at, asked_at, words, stopped_by_id, stopped_at, done_at) on kernel_recovery to heretask_app;
