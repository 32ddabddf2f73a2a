-- Ids are UUIDs of 16 bytes, times are milliseconds since 1970, money is the currency's minor unit.
-- Each batch writes its rows to the tables and, as one blob, to `journal`, by which the other nodes
-- bring their memory up to date; see src/adapters/postgresql/README.md.

create table journal (
  seq   bigint primary key,        -- from 1, without gaps: the one order of all nodes' batches
  batch bytea  not null unique,
  now   bigint not null,
  rows  bytea  not null            -- src/store/journal_codec.h; secrets in it are sealed
);
alter table journal alter column rows set storage external;  -- compressing costs more than it saves

-- At most one row: which master key seals this database's secrets.
create table installation (
  id          smallint primary key check (id = 1),
  fingerprint text     not null
);

create table concert (
  sale_no      bigint  primary key,
  id           bytea   not null unique,
  title        text    not null,
  artist       text    not null,
  venue        text    not null,
  time_zone    text    not null,
  description  text    not null,
  published    boolean not null,
  opens_at           bigint  not null,
  lobby_opens_at     bigint  not null,
  closes_at          bigint,
  draw               boolean not null,
  capacity           bigint  not null,
  entries_per_minute bigint  not null,
  people_per_seat    bigint  not null,
  entry_seconds      bigint  not null,
  claim_seconds      bigint  not null,
  hold_seconds       bigint  not null,
  max_seats_per_user bigint  not null,
  message      text,
  paused       boolean not null,
  closed       boolean not null,
  draw_secret  bytea   not null,  -- sealed
  member_key   bytea   not null,  -- sealed
  public_input text    not null,
  created_at   bigint  not null,
  version      bigint  not null
);

create table show (
  id        bytea   primary key,
  concert   bytea   not null,
  starts_at bigint  not null,
  doors_at  bigint,
  cancelled boolean not null,
  sections  bytea   not null,  -- name, price, rows, seats a row of each
  blocked   bytea   not null,  -- a byte a seat; empty where none is blocked
  position  bigint  generated always as identity unique  -- listed in the order in which they were made
);

create table show_version (
  show    bytea  primary key,
  version bigint not null
) with (fillfactor = 50);

create table queue (
  sale_no     bigint  primary key,
  last_number bigint  not null,
  lobby_ended boolean not null,
  lobby_count bigint  not null,
  drawn       boolean not null,
  draw_seed   bytea   not null,
  join_digest bytea   not null,
  called_upto bigint  not null,
  called_at   bigint  not null,
  bucket_at   bigint  not null,
  bucket      bigint  not null,
  missed      bigint  not null,
  admitted    bigint  not null,
  extended    bigint  not null,  -- ms, in all
  version     bigint  not null
) with (fillfactor = 50);

create table place (
  sale_no   bigint   not null,
  number    bigint   not null,
  user_id   bytea    not null,
  state     smallint not null,  -- 0 waiting, 1 left, 2 missed
  joined_at bigint   not null,
  primary key (sale_no, number)
);

create table entry (
  id         bytea    primary key,
  sale_no    bigint   not null,
  number     bigint   not null,
  user_id    bytea    not null,
  state      smallint not null,  -- 0 active, 1 used, 2 expired
  ending     smallint not null,  -- 0 none, 1 purchased, 2 time, 3 left, 4 closed
  claimed_at bigint   not null,
  expires_at bigint   not null,
  bound      bigint   not null,
  issued_at  bigint   not null
) with (fillfactor = 80);

create table orders (
  id              bytea    primary key,
  status          smallint not null,  -- 0 held, 1 paid, 2 cancelled, 3 expired, 4 refunded
  hold_expires_at bigint   not null,
  show            bytea    not null,
  concert         bytea    not null,
  user_id         bytea    not null,
  entry           bytea    not null,
  seats           bytea    not null,  -- 4 bytes each, little-endian
  total           bigint   not null,
  created_at      bigint   not null,
  extended        boolean  not null,
  complimentary   boolean  not null,
  note            text     not null,
  payment         bytea    not null,
  paid_at         bigint   not null,
  balance_after   bigint   not null,
  tickets         bytea    not null,  -- 42 bytes each: id, code
  refund          bytea    not null,
  ended_at        bigint   not null,
  version         bigint   not null
) with (fillfactor = 70);
create index order_of_user on orders (user_id, id);

create table ticket (
  code          bytea  primary key,
  order_id      bytea  not null,
  ordinal       bigint not null,
  checked_in_at bigint
);

-- The newest transfer of each user.
create table wallet (
  user_id  bytea  primary key,
  balance  bigint not null check (balance >= 0),
  last_seq bigint not null
) with (fillfactor = 70);

-- The other side of a transfer is a house account, named by its kind.
create table transfer (
  user_id       bytea    not null,
  seq           bigint   not null,
  id            bytea    not null,
  kind          smallint not null,  -- 0 top-up, 1 payment, 2 refund
  amount        bigint   not null,  -- as the wallet sees it
  balance_after bigint   not null,
  order_id      bytea    not null,
  at            bigint   not null,
  primary key (user_id, seq)
);

create table users (
  id            bytea  primary key,
  email         text   not null,
  email_key     text   not null,
  name          text   not null,
  password_hash text   not null,
  created_at    bigint not null,
  forgotten_at  bigint
);
create unique index user_of_email on users (email_key) where email_key <> '';

create table session (
  token_hash bytea   primary key,
  user_id    bytea   not null,
  expires_at bigint  not null,
  ended      boolean not null
);

create table staff_key (
  id         bytea  primary key,
  key_hash   bytea  not null,
  role       text   not null,
  name       text   not null,
  created_at bigint not null,
  revoked_at bigint
);

create table signing_key (
  id         text   collate "C" primary key,
  purpose    text   not null,
  secret     bytea  not null,  -- sealed
  signs_from bigint not null,
  retired_at bigint
);

create table audit (
  id        bytea  primary key,
  at        bigint not null,
  staff_key bytea  not null,
  action    text   not null,
  target    text   not null,
  reason    text   not null,
  detail    text   not null
);

create table kept_answer (
  caller       bytea    not null,
  key          text     collate "C" not null,
  request_hash bytea    not null,
  status       smallint not null,
  body         text     not null,
  at           bigint   not null,
  primary key (caller, key)
);
create index kept_answer_by_age on kept_answer (at);
