-- The orders of each user in a table of their own instead of an index: users come in any order, and an index takes each new
-- order where its user is, a page of the log for nearly every row. This table is written in the order of users.
drop index order_of_user;

create table order_of_user (
  user blob not null,
  id   blob not null,
  primary key (user, id)
) without rowid;

insert into order_of_user select user, id from orders order by user, id;
