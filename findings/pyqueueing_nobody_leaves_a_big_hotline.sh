#!/usr/bin/env bash
# pyqueueing 0.1.1 from PyPI: ErlangA knows no more than 500 people, those at the windows among them.
# It says that Erlang A (people who wait lose patience and leave) is its most realistic model for call
# centres, and names other models stable for 500 servers and more. By the model (Palm 1957; Mandelbaum and
# Zeltyn 2007) who is not served leaves: of 660 who come while 600 can be served at least 9.1 % do.
# Seen (2026-11-30): just these, each with patience for one visit: none leaves (prob_abandon 0; by hand
# 9.1 %), 10 % wait (by hand 99 %), and those who serve are busy 110 % of the time. With 480 for 480 it
# says that 0.8 % leave, by hand 1.8 %. Of 10 windows, 12 visits for them and people who wait for hours,
# the example of its own documentation, 6.7 % leave, 16.7 % by hand: there 481 stand in the queue, not
# 1200. The sum over the numbers of people present ends at 500, and what is left of it is scaled to 1; a
# planner asked for 1 % at most takes 660 people for a load of 660 (by hand 665). Nothing is said of it:
# a hotline is told that it loses nobody. Instead add up the states until they vanish, as below.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  pyqueueing==0.1.1 numpy==2.3.5 scipy==1.17.1
"$folder/venv/bin/python" -W error::UserWarning - <<'PY'
from math import exp, lgamma, log

from pyqueueing import CallCenterPlanner, ErlangA


def by_hand(arrivals, service, servers, impatience, most=9000):
    """Of those who come how many wait, how many leave, and how long the queue is."""
    weights = [0.0]
    for present in range(1, most):
        gone = min(present, servers) * service + max(0, present - servers) * impatience
        weights.append(weights[-1] + log(arrivals / gone))
    shares = [exp(each - max(weights)) for each in weights]
    shares = [each / sum(shares) for each in shares]
    assert shares[-1] < 1e-12, shares[-1]
    queue = sum((present - servers) * share for present, share in enumerate(shares) if present > servers)
    leave = impatience * queue / arrivals
    # what comes is served or leaves
    served = sum(min(present, servers) * share for present, share in enumerate(shares)) * service
    assert abs(served + leave * arrivals - arrivals) < 1e-6 * arrivals
    return sum(shares[servers:]), leave, queue


def rounded(wait, leave, queue):
    return round(wait, 3), round(leave, 3), round(queue, 1)


# who is as patient as a visit is long: the number of people present is Poisson (closed form)
load, servers = 600, 600
poisson = [exp(n * log(load) - load - lgamma(n + 1)) for n in range(2000)]
lost = sum((n - servers) * share for n, share in enumerate(poisson) if n > servers) / load
assert abs(lost - by_hand(load, 1, servers, 1)[1]) < 1e-9 and round(lost, 3) == 0.016, lost

for name, office, right, seen, busy in (
    ("100 for 100", (100, 1, 100, 1), (0.513, 0.04, 4.0), (0.513, 0.04, 4.0), 0.96),
    ("480 for 480", (480, 1, 480, 1), (0.506, 0.018, 8.7), (0.402, 0.008, 3.7), 0.99),
    ("600 for 600", (600, 1, 600, 1), (0.505, 0.016, 9.8), (0.032, 0.0, 0.0), 1.0),
    ("660 for 600", (660, 1, 600, 1), (0.991, 0.091, 60.1), (0.103, 0.0, 0.0), 1.1),
    ("the documentation's", (120, 10, 10, 1 / 60), (1.0, 0.167, 1200.0), (1.0, 0.067, 481.1), 1.12),
):
    model = ErlangA(**dict(zip(("arrival_rate", "service_rate", "servers", "patience_rate"), office)))
    told = rounded(model.prob_wait(), model.prob_abandon(), model.mean_queue_length())
    known = rounded(*by_hand(*office))
    print(name, "| wait, leave, queue: told", told, "by hand", known, "busy", round(model.utilization(), 2))
    assert known == right, right
    assert told == seen and round(model.utilization(), 2) == busy, seen

asked = CallCenterPlanner(660, 1, patience_rate=0.5).required_agents(target_abandon_rate=0.01)["erlang_a"]
enough = next(servers for servers in range(600, 700) if by_hand(660, 1, servers, 0.5)[1] <= 0.01)
print("at most 1 % leave: asked for", asked, "by hand", enough)
assert (asked, enough) == (660, 665)
print("as before")
PY
