"""What a dial can be expected to bring: the order of the call lists.

A booking is the likelier the fewer tries were made, the fresher the reason, and the better the part of the day that is
left for the patient. The practice's own last 90 days decide, pulled towards published figures while they are few.
"""

from datetime import timedelta

from django.db import connection

from dispositions.next_step import PARTS_BEGIN

# Bookings from a hundred dials by attempt number: a telephone campaign to 41,188 people (the UCI bank marketing file),
# whose first five fall as recall calls do (12.1 % booked overall in 548,089 of them).
USUAL = (13.0, 11.5, 10.8, 9.4, 7.5, 7.7, 6.0, 4.3, 4.3, 4.3, 2.2, 2.2)
# How many dials the published figure weighs against the practice's own.
WEIGHT = 200
LOOKS_BACK = timedelta(days=90)

OWN = f"""
SELECT least(number, {len(USUAL)}) AS number, ({" + ".join(f"(at_clock >= '{begin}')::int" for begin in PARTS_BEGIN)}) AS part,
       count(*), count(*) FILTER (WHERE is_success), count(*) FILTER (WHERE is_reached)
FROM (SELECT number, is_success, is_reached, (ended_at AT TIME ZONE %(zone)s)::time AS at_clock
      FROM campaigns_callattempt WHERE practice_id = %(practice)s AND ended_at > %(since)s AND ended_at <= %(now)s
        AND source <> 'RING_BACK') dials
GROUP BY 1, 2
"""  # noqa: S608 constants


def figures(*, practice, now):
    """(bookings per 1,000 dials by attempt number, factor by the part of the day of the last unanswered call).

    The second has four figures and a fifth for patients without such a call: how much likelier than on average somebody
    answers in the best part of the day that is left.
    """
    with connection.cursor() as cursor:
        since = now - LOOKS_BACK
        cursor.execute(OWN, {"practice": practice.pk, "zone": practice.time_zone, "since": since, "now": now})
        rows = cursor.fetchall()
    return _by_attempt(rows), _by_part(rows)


def _by_attempt(rows):
    found = []
    for number, usual in enumerate(USUAL, start=1):
        dials = sum(row[2] for row in rows if row[0] == number)
        booked = sum(row[3] for row in rows if row[0] == number)
        found.append(round(1000 * (booked + WEIGHT * usual / 100) / (dials + WEIGHT)))
    return found


def _by_part(rows):
    dials, reached = sum(row[2] for row in rows), sum(row[4] for row in rows)
    if not reached:
        return [1.0] * (len(PARTS_BEGIN) + 2)
    average = reached / dials
    rates = []
    for part in range(len(PARTS_BEGIN) + 1):
        tried = sum(row[2] for row in rows if row[1] == part)
        answered = sum(row[4] for row in rows if row[1] == part)
        rates.append((answered + WEIGHT * average) / (tried + WEIGHT) / average)
    return [max(rate for other, rate in enumerate(rates) if other != part) for part in range(len(rates))] + [max(rates)]
