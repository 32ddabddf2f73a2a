"""What the protocol asks of a system: how to start it, how to make each call, how to ask what it sold.

A call is a pattern with names in braces; the driver puts the buyer's values there, and keeps what an answer gives. A system
that has no such step (no waiting room, say) leaves the call None, and the step is left out of its table.
"""
from dataclasses import dataclass, field


@dataclass
class Call:
    method: str
    path: str                                    # "/v1/orders/{order}/payments"
    headers: tuple = ()                          # ("Authorization: Bearer {user}",)
    body: str = ""                               # '{"seats": ["{seat}"]}'; other braces are text
    done: tuple = (200, 201, 204)                # statuses of success
    refused: tuple = ()                          # statuses of an honest no, as for a seat that is taken
    keep: dict = field(default_factory=dict)     # the buyer's value → where the answer has it: a JSON field, or "@Header"


@dataclass
class Sale:
    """One show on sale. `values` go into the calls beside the buyer's."""
    values: dict
    seats: list                                  # names of all its seats
    price: int


@dataclass
class Outcome:
    """What the system itself says of a sale when everybody has left."""
    sold: int                                    # seats
    revenue: int                                 # money taken for them


class Adapter:
    """Values that calls may name: `user` (a credential, from `users`), the sale's values, `seat`, `amount`, and whatever a
    call before keeps. `token` keeps `queue`; `poll` keeps `entry`, empty as long as the buyer has to wait; `hold` keeps
    `order`; `pay` keeps `paid`, the amount; `balance` keeps `balance`."""

    name = ""
    token = poll = hold = top_up = pay = balance = None

    def start(self, folder, threads):
        """Starts the system on the loopback with nothing stored. `threads`: how many may serve, the other cores are the
        client's. Ends when it serves."""
        raise NotImplementedError

    def stop(self):
        raise NotImplementedError

    def port(self):
        raise NotImplementedError

    def pids(self):
        """Every process that works for it now, its database's too: their CPU time is what a request costs."""
        raise NotImplementedError

    def version(self):
        return ""

    def users(self, count):
        """So many credentials of buyers who never came before. Signing up is not measured."""
        raise NotImplementedError

    def new_sale(self, seats, price):
        """A Sale with a show of so many seats; tokens are given, and nobody is let in yet."""
        raise NotImplementedError

    def open_doors(self, sale):
        """From now on everybody is let in."""

    def free_seats(self, sale):
        """The seats that a buyer can hold now."""
        raise NotImplementedError

    def outcome(self, sale):
        raise NotImplementedError

    def check(self):
        """The system's own proof of its data, if it has one: complaints."""
        return []
