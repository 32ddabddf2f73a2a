-- Ids are UUIDs of 16 bytes, times are milliseconds since 1970, money is the currency's minor unit.
-- What the hot path writes arrives in `journal` first, a row for each batch, and is folded into its
-- table soon after; see src/adapters/sqlite/README.md.

create table journal (
  seq   integer primary key,
  batch blob    not null,
  now   integer not null,
  rows  blob    not null
);

-- One row: the greatest batch time of the journal rows that are folded and gone.
create table folded (
  id  integer primary key check (id = 1),
  now integer not null
);
insert into folded values (1, 0);

create table concert (
  sale_no      integer primary key,
  id           blob    not null unique,
  title        text    not null,
  artist       text    not null,
  venue        text    not null,
  time_zone    text    not null,
  description  text    not null,
  published    integer not null,
  opens_at           integer not null,
  lobby_opens_at     integer not null,
  closes_at          integer,
  draw               integer not null,
  capacity           integer not null,
  entries_per_minute integer not null,
  people_per_seat    integer not null,
  entry_seconds      integer not null,
  claim_seconds      integer not null,
  hold_seconds       integer not null,
  max_seats_per_user integer not null,
  message      text,
  paused       integer not null,
  closed       integer not null,
  draw_secret  blob    not null,  -- sealed
  member_key   blob    not null,  -- sealed
  public_input text    not null,
  created_at   integer not null,
  version      integer not null
);

create table show (
  position  integer primary key,  -- shows are listed in the order in which they were made
  id        blob    not null unique,
  concert   blob    not null,
  starts_at integer not null,
  doors_at  integer,
  cancelled integer not null,
  sections  blob    not null,  -- count, then name, price, rows, seats a row of each
  blocked   blob    not null   -- a byte a seat; empty where none is blocked
);

create table show_version (
  show    blob    primary key,
  version integer not null
) without rowid;

create table queue (
  sale_no      integer primary key,
  last_number  integer not null,
  lobby_ended  integer not null,
  lobby_count  integer not null,
  drawn        integer not null,
  draw_seed    blob    not null,
  join_digest  blob    not null,
  called_upto  integer not null,
  called_at    integer not null,
  bucket_at    integer not null,
  bucket       integer not null,
  missed       integer not null,
  admitted     integer not null,
  extended     integer not null,  -- ms, in all
  version      integer not null
);

-- The key is sale_no × 2^32 + number, less 2^63: new places go to the end of their sale.
create table place (
  key       integer primary key,
  user      blob    not null,
  state     integer not null,  -- 0 waiting, 1 left, 2 missed
  joined_at integer not null
);

create table entry (
  id         blob    primary key,
  sale_no    integer not null,
  number     integer not null,
  user       blob    not null,
  state      integer not null,  -- 0 active, 1 used, 2 expired
  end        integer not null,  -- 0 none, 1 purchased, 2 time, 3 left, 4 closed
  claimed_at integer not null,
  expires_at integer not null,
  bound      integer not null,
  issued_at  integer not null
) without rowid;

create table orders (
  id              blob    primary key,
  status          integer not null,  -- 0 held, 1 paid, 2 cancelled, 3 expired, 4 refunded
  hold_expires_at integer not null,
  show            blob    not null,
  concert         blob    not null,
  user            blob    not null,
  entry           blob    not null,
  seats           blob    not null,  -- 4 bytes each, little-endian
  total           integer not null,
  created_at      integer not null,
  extended        integer not null,
  complimentary   integer not null,
  note            text    not null,
  payment         blob    not null,
  paid_at         integer not null,
  balance_after   integer not null,
  tickets         blob    not null,  -- 42 bytes each: id, code
  refund          blob    not null,
  ended_at        integer not null,
  version         integer not null
) without rowid;
create index order_of_user on orders (user);

create table ticket (
  code          blob    primary key,
  order_id      blob    not null,
  ordinal       integer not null,
  checked_in_at integer
) without rowid;

-- A wallet is its newest transfer. The other side of a transfer is a house account, named by its kind.
create table transfer (
  user          blob    not null,
  seq           integer not null,
  id            blob    not null,
  kind          integer not null,  -- 0 top-up, 1 payment, 2 refund
  amount        integer not null,  -- as the wallet sees it
  balance_after integer not null,
  order_id      blob    not null,
  at            integer not null,
  primary key (user, seq)
) without rowid;

create table users (
  id            blob    primary key,
  email         text    not null,
  email_key     text    not null,
  name          text    not null,
  password_hash text    not null,
  created_at    integer not null,
  forgotten_at  integer
) without rowid;
create unique index user_of_email on users (email_key) where email_key <> '';

create table session (
  token_hash blob    primary key,
  user       blob    not null,
  expires_at integer not null,
  ended      integer not null
) without rowid;

create table staff_key (
  id         blob    primary key,
  key_hash   blob    not null,
  role       text    not null,
  name       text    not null,
  created_at integer not null,
  revoked_at integer
) without rowid;

create table signing_key (
  id         text    primary key,
  purpose    text    not null,
  secret     blob    not null,  -- sealed
  signs_from integer not null,
  retired_at integer
) without rowid;

create table audit (
  id        blob    primary key,
  at        integer not null,
  staff_key blob    not null,
  action    text    not null,
  target    text    not null,
  reason    text    not null,
  detail    text    not null
) without rowid;

create table kept_answer (
  number       integer primary key,
  caller       blob    not null,
  key          text    not null,
  request_hash blob    not null,
  status       integer not null,
  body         text    not null,
  at           integer not null
);
create unique index kept_answer_of_key on kept_answer (caller, key);
create index kept_answer_by_age on kept_answer (at);
